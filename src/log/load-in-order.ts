import { LOG_START } from '../protocol/index.js';
import type { ChatLog } from './chat-log.js';
import { HistoryOrder } from './history-order.js';
import {
  loadChatState,
  type LoadedState,
  type LoadOptions,
  type ReadRecord,
} from './load-chat-state.js';

/** A chat, and what its log says of it in its order. */
export interface OrderedChat extends LoadedState {
  /** All records of the log, without chunks and what later ones make void. */
  readonly records: readonly ReadRecord[];
  /** Those after the checkpoint. */
  readonly tail: readonly ReadRecord[];
}

/**
 * Reads a chat as a session is read: by `loadChatState`, and what stands in the
 * log in its order. From the log alone where its history does not have that.
 * Throws like `loadChatState`.
 */
export async function loadInOrder(
  chats: ChatLog,
  chatId: string,
  options: Pick<LoadOptions, 'retry'> = {},
): Promise<OrderedChat> {
  const order = new HistoryOrder();
  const tail: ReadRecord[] = [];
  const loaded = await loadChatState(chats, chatId, {
    ...options,
    onHistory: (record) => order.take(record),
    onRecord: (record) => {
      if (record.type !== 'chunk') tail.push(record);
    },
  });
  const { checkpoint = LOG_START } = loaded.state;
  const before = order.upTo(checkpoint, chats.appTypes);
  if (before !== undefined) {
    return { ...loaded, records: [...before, ...tail], tail };
  }
  const log = { ...chats, historyOf: () => undefined };
  return loadInOrder(log, chatId, options);
}
