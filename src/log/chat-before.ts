import { LOG_START } from '../protocol/index.js';
import type { LoadedState } from './load-chat-state.js';

/** A chat as a run found it, with a history that lacked nothing. */
export interface ChatBefore {
  /** The log's end: everything before stands in the history. */
  readonly offset: string;
  /** Of all messages, those of older branches too. */
  readonly messageIds: ReadonlySet<string>;
}

/** `undefined` where the history lacks something. */
export function chatBefore({
  state,
  exists,
}: LoadedState): ChatBefore | undefined {
  const { offset, checkpoint = LOG_START } = state;
  const messageIds = new Set(state.messages.keys());
  if (!exists) return { offset: LOG_START, messageIds };
  return offset === checkpoint ? { offset, messageIds } : undefined;
}
