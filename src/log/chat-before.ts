import { LOG_START } from '../protocol/index.js';
import type { LoadedState } from './load-chat-state.js';

/** A chat as a run found it, and what its history had of it. */
export interface ChatBefore {
  /** Where the log goes on with what the history lacks. */
  readonly offset: string;
  /** Of all messages, those of older branches too. */
  readonly messageIds: ReadonlySet<string>;
}

/**
 * `undefined` where the history lacks something that a run's own records do not
 * tell. In a session the log is read from the checkpoint on: there a question
 * stands before the run that answers it.
 */
export function chatBefore(
  { state, exists }: LoadedState,
  isSession: boolean,
): ChatBefore | undefined {
  const { offset, checkpoint = LOG_START } = state;
  const messageIds = new Set(state.messages.keys());
  if (!exists) return { offset: LOG_START, messageIds };
  const isComplete = isSession || offset === checkpoint;
  return isComplete ? { offset: checkpoint, messageIds } : undefined;
}
