import { runRecord } from '../protocol/index.js';
import { appendPlain } from './append-plain.js';
import type { ChatLog } from './chat-log.js';
import { loadChatState } from './load-chat-state.js';

/**
 * How the log says that a run ended whose writer was fenced off: `stopped` also
 * where it says nothing, for the chat is gone, or a newer run took over that
 * had not seen this one. Readers know what that means; for those that go by
 * terminal records alone, this run's is appended here.
 *
 * @throws DurableChatError `store-unavailable`
 */
export async function learnEnd(
  chats: ChatLog,
  chatId: string,
  runId: string,
): Promise<'stopped' | 'interrupted'> {
  const { state } = await loadChatState(chats, chatId);
  const run = state.runs.get(runId);
  if (run?.status === 'interrupted') return 'interrupted';
  if (run === undefined || run.terminal) return 'stopped';
  const value = { ...run.value, status: 'stopped', at: chats.now() } as const;
  const body = JSON.stringify([runRecord(value)]);
  const retry = chats.requestRetry;
  await appendPlain(chats.logOf(chatId), { body, retry });
  return 'stopped';
}
