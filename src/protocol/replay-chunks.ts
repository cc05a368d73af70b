import type { UIMessage } from 'ai';
import { compactChunks } from './compact-chunks.js';
import { messageToChunks } from './message-to-chunks.js';
import type { StreamChunk } from './stream-chunk.js';

/**
 * The whole of a message that a run is writing, for a reader that has nothing
 * of it: one `start`, then the message as it stood when the run began (`base`;
 * `undefined` where the run began it), then the run's chunks so far, all of it
 * compacted. The rest of the run may follow as it is.
 *
 * `messageId` names the message, whatever the run's own `start` calls it. A
 * tool output of the run settles a call of the base, which is then replayed as
 * a settled one. A call that waits for it is replayed as pending.
 */
export function replayChunks(
  base: UIMessage | undefined,
  messageId: string,
  chunks: readonly StreamChunk[],
): StreamChunk[] {
  const run = chunks.map((chunk) =>
    chunk.type === 'start' ? { ...chunk, messageId } : chunk,
  );
  if (base !== undefined) {
    const stored = messageToChunks({ ...base, id: messageId });
    return compactChunks([...stored, ...run]);
  }
  return run[0]?.type === 'start'
    ? compactChunks(run)
    : compactChunks([{ type: 'start', messageId }, ...run]);
}
