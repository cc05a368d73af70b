import { sealRun, type Seal } from '../log/index.js';
import type { ChatContext } from './chat-context.js';
import { writeHistory } from './write-history.js';

/**
 * Ends the chat's runs that were silent past their lease. One that this
 * instance itself is producing is alive: it is the store that was away.
 */
export async function sealDeadRuns(
  context: ChatContext,
  chatId: string,
): Promise<void> {
  const seal: Seal = {
    chatId,
    status: 'interrupted',
    isMeant: ({ value }) => !context.runs.has(chatId, value.id),
  };
  const sealed = await sealRun(context, seal);
  if (sealed === undefined) return;
  context.background(writeHistory(context, chatId), chatId);
}
