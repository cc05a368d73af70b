import type { readUIMessageStream, UIMessage, UIMessageChunk } from 'ai';
import { compactChunks } from './compact-chunks.js';
import type { StreamChunk } from './stream-chunk.js';

/**
 * The message that chunks add up to on top of a base; `undefined` where there
 * is nothing to show.
 */
export type FoldMessage = (
  base: UIMessage | undefined,
  chunks: readonly StreamChunk[],
) => Promise<UIMessage | undefined>;

/**
 * Folds by the AI SDK's own code, so that a message is what a Chat would have
 * shown. The code is handed in: this room runs nothing of `ai` itself.
 */
export function messageFolder(read: typeof readUIMessageStream): FoldMessage {
  return async (base, chunks) => {
    // CAST: chunks are passed on as they came; the fold ignores unknown ones.
    const compact = compactChunks(chunks) as unknown as UIMessageChunk[];
    const seed = base === undefined ? {} : { message: structuredClone(base) };
    const states = read({
      ...seed,
      stream: streamOf(compact),
      // A chunk that does not fit costs what follows it, never the message.
      onError: () => undefined,
    });
    let message = base;
    for await (const state of states) message = state;
    return message === undefined || message.parts.length === 0
      ? undefined
      : withoutUndefined(message);
  };
}

function streamOf<T>(items: readonly T[]): ReadableStream<T> {
  return new ReadableStream({
    start(controller) {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  });
}

/** As the message will be after it went through the log. */
function withoutUndefined(message: UIMessage): UIMessage {
  // CAST: a message's journey through JSON drops what is undefined, no more.
  return JSON.parse(JSON.stringify(message)) as UIMessage;
}
