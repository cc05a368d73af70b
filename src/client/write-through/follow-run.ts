import type { ChatFollower } from '../../log/index.js';
import {
  DurableChatError,
  endChunks,
  replayChunks,
} from '../../protocol/index.js';
import type { AnswerReader } from './answer-reader.js';

/** Brings a run from the log to a reader: whole, then live, until its end. */
export async function followRun(
  follower: ChatFollower,
  runId: string,
  reader: AnswerReader,
): Promise<void> {
  let position: number | undefined;
  try {
    for (;;) {
      const run = follower.state.runs.get(runId);
      if (run === undefined) throw lost();
      const chunks =
        position === undefined
          ? replayChunks(run.base, run.value.messageId, run.chunks)
          : run.chunks.slice(position);
      position = run.chunks.length;
      for (const chunk of chunks) reader.deliver(chunk);
      if (run.status !== 'active') {
        for (const chunk of endChunks(run)) reader.deliver(chunk);
        return reader.end({});
      }
      await follower.nextChange();
    }
  } catch (error) {
    reader.end({ error });
  }
}

function lost(): DurableChatError {
  const message = 'The log of the chat is not there any more.';
  return new DurableChatError('log-lost', message);
}
