import { checkpointRecord, LOG_START } from '../protocol/index.js';
import { appendPlain } from './append-plain.js';
import type { ChatLog } from './chat-log.js';
import type { LoadedState } from './load-chat-state.js';
import type { RequestOptions } from './retry-policy.js';

/**
 * To be called before a log is created. Where one was lost, and its history was
 * not, that one's checkpoint must not point into the log that is begun now.
 */
export async function forgetLostLog(
  chats: ChatLog,
  chatId: string,
  { known, ...options }: RequestOptions & { readonly known: LoadedState },
): Promise<void> {
  const { checkpoint = LOG_START } = known.state;
  const history = chats.historyOf(chatId);
  if (checkpoint === LOG_START || history === undefined) return;
  const record = checkpointRecord({ offset: LOG_START, at: chats.now() });
  const body = JSON.stringify([record]);
  await appendPlain(history, { body, ...options });
}
