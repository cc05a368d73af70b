import { sealRun } from '../log/index.js';
import type { ChatContext } from './chat-context.js';
import { writeHistory } from './write-history.js';

/** Ends the chat's runs that were silent past their lease. */
export async function sealDeadRuns(
  context: ChatContext,
  chatId: string,
): Promise<void> {
  const seal = { chatId, status: 'interrupted', isMeant: () => true } as const;
  const sealed = await sealRun(context, seal);
  if (sealed === undefined) return;
  context.background(writeHistory(context, chatId), chatId);
}
