import * as ai from 'ai';
import type { UIMessage, UIMessageChunk } from 'ai';
import type { StreamChunk } from '../../src/protocol/stream-chunk.js';

/** Whether the tests run on the AI SDK's seventh major, or on the sixth. */
export const isV7 = 'isCustomContentUIPart' in ai;

export const overTheWire = <T>(value: T): T =>
  // CAST: what JSON gives back of JSON has its type.
  JSON.parse(JSON.stringify(value)) as T;

/** Only a part makes the reader report a step that began last. */
const LAST_CHUNK: StreamChunk = { type: 'data-last', data: null };

/**
 * The message that the AI SDK itself makes of the chunks, as it would be
 * stored. Throws what the AI SDK reports.
 */
export async function foldMessage(
  chunks: readonly StreamChunk[],
  base?: UIMessage,
): Promise<UIMessage> {
  const folded = await readMessage([...chunks, LAST_CHUNK], base);
  if (folded === undefined) throw new Error('There is no message.');
  return { ...folded, parts: folded.parts.slice(0, -1) };
}

/** The same as the AI SDK reports it: nothing where nothing has come yet. */
export async function readMessage(
  chunks: readonly StreamChunk[],
  base?: UIMessage,
): Promise<UIMessage | undefined> {
  let folded: UIMessage | undefined;
  const errors: unknown[] = [];
  const messages = ai.readUIMessageStream({
    stream: streamOf(chunks),
    onError: (error) => errors.push(error),
    ...(base && { message: structuredClone(base) }),
  });
  for await (const message of messages) folded = message;
  if (errors.length > 0) throw errors[0];
  return folded && overTheWire(folded);
}

function streamOf(
  chunks: readonly StreamChunk[],
): ReadableStream<UIMessageChunk> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of structuredClone(chunks)) {
        // CAST: the AI SDK judges itself what it takes for a chunk.
        controller.enqueue(chunk as unknown as UIMessageChunk);
      }
      controller.close();
    },
  });
}

/** The chunks that the AI SDK's own transport would refuse. */
export async function refusedChunks(
  chunks: readonly StreamChunk[],
): Promise<StreamChunk[]> {
  const { validate } = ai.uiMessageChunkSchema();
  const refused: StreamChunk[] = [];
  for (const chunk of overTheWire(chunks)) {
    const result = await validate?.(chunk);
    if (result?.success !== true) refused.push(chunk);
  }
  return refused;
}
