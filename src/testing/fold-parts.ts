import type { LanguageModelV3, ModelStreamPart } from './model-script.js';

/** What a model's `doGenerate` answers. */
export type GenerateResult = Awaited<ReturnType<LanguageModelV3['doGenerate']>>;

type Content = GenerateResult['content'][number];

/**
 * The whole answer that a stream stands for; throws the error that it carries.
 */
export async function foldParts(
  parts: ReadableStream<ModelStreamPart>,
): Promise<GenerateResult> {
  const texts = new Map<string, { type: 'text' | 'reasoning'; text: string }>();
  const content: Content[] = [];
  let end: Extract<ModelStreamPart, { type: 'finish' }> | undefined;
  for await (const part of parts) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'finish') end = part;
    else if (part.type === 'text-start' || part.type === 'reasoning-start') {
      const type = part.type === 'text-start' ? 'text' : 'reasoning';
      const block = { type, text: '' } as const;
      texts.set(part.id, block);
      content.push(block);
    } else if ('delta' in part) append(texts.get(part.id), part.delta);
    else if (isContent(part)) content.push(part);
  }
  if (end === undefined) throw new Error('The script sent no finish part.');
  const { usage, finishReason } = end;
  return { content, usage, finishReason, warnings: [] };
}

function append(block: { text: string } | undefined, delta: string): void {
  if (block !== undefined) block.text += delta;
}

const isContent = (part: ModelStreamPart): part is ModelStreamPart & Content =>
  part.type === 'tool-call' ||
  part.type === 'tool-result' ||
  part.type === 'tool-approval-request' ||
  part.type === 'source' ||
  part.type === 'file';
