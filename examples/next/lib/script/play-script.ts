import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { generateId } from 'ai';
import type { Script } from '@/lib/script/script';

/** A script as the parts that a provider would stream. */
export function* playScript(
  script: Script,
): Generator<LanguageModelV4StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  if (script.reasoning !== undefined) yield* reasoning(script.reasoning);
  yield* text(script.text);
  if (script.toolCall !== undefined) yield* toolCall(script.toolCall);
  yield finish(script);
}

function* reasoning(words: string): Generator<LanguageModelV4StreamPart> {
  yield { type: 'reasoning-start', id: 'reasoning' };
  for (const delta of tokens(words)) {
    yield { type: 'reasoning-delta', id: 'reasoning', delta };
  }
  yield { type: 'reasoning-end', id: 'reasoning' };
}

function* text(words: string): Generator<LanguageModelV4StreamPart> {
  yield { type: 'text-start', id: 'text' };
  for (const delta of tokens(words)) {
    yield { type: 'text-delta', id: 'text', delta };
  }
  yield { type: 'text-end', id: 'text' };
}

function* toolCall({
  toolName,
  input,
}: NonNullable<Script['toolCall']>): Generator<LanguageModelV4StreamPart> {
  const id = generateId();
  const json = JSON.stringify(input);
  yield { type: 'tool-input-start', id, toolName };
  for (const delta of json.match(/.{1,8}/g) ?? []) {
    yield { type: 'tool-input-delta', id, delta };
  }
  yield { type: 'tool-input-end', id };
  yield { type: 'tool-call', toolCallId: id, toolName, input: json };
}

function finish(script: Script): LanguageModelV4StreamPart {
  const unified = script.toolCall === undefined ? 'stop' : 'tool-calls';
  const reasoning = tokens(script.reasoning ?? '').length;
  const text = tokens(script.text).length;
  return {
    type: 'finish',
    finishReason: { unified, raw: undefined },
    usage: {
      inputTokens: {
        total: undefined,
        noCache: undefined,
        cacheRead: undefined,
        cacheWrite: undefined,
      },
      outputTokens: { total: reasoning + text, text, reasoning },
    },
  };
}

/** Words with the space before them, as models tend to cut. */
function tokens(words: string): string[] {
  return words.match(/\s*\S+/g) ?? [];
}
