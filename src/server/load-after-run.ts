import { loadLogTail, type ChatBefore, type ReadRecord } from '../log/index.js';
import type { ChatState } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { loadToKeep, type ChatToKeep } from './write-history.js';

export interface RunAndBefore {
  readonly runId: string;
  /** The chat as the run found it, where that is known. */
  readonly before: ChatBefore | undefined;
}

/**
 * A chat after a run of it has ended, as the history needs to know it: all that
 * stands after the checkpoint. That is the run alone, most often, and then only
 * the run is read: what the chat holds besides costs nothing.
 */
export async function loadAfterRun(
  context: ChatContext,
  chatId: string,
  { runId, before }: RunAndBefore,
): Promise<ChatToKeep> {
  if (before !== undefined) {
    const tail: ReadRecord[] = [];
    const { state } = await loadLogTail(context, chatId, {
      since: before.offset,
      retry: context.runRetry,
      onRecord: (record) => {
        if (record.type !== 'chunk') tail.push(record);
      },
    });
    if (isRunAlone(state, runId, before)) return { state, tail };
  }
  return loadToKeep(context, chatId);
}

/**
 * Whether these records say the same with what came before them as without. An
 * older run may be told of again, and a run may write into an older message.
 */
function isRunAlone(
  state: ChatState,
  runId: string,
  { messageIds }: ChatBefore,
): boolean {
  const written = [...state.writers.keys()];
  return (
    [...state.runs.keys()].join() === runId &&
    written.every((id) => state.recorded.has(id) || !messageIds.has(id))
  );
}
