import { sealRun, type Seal } from '../log/index.js';
import type { RunValue } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { writeHistory } from './write-history.js';

/** Ends the chat's runs whose writers died, and completes the history. */
export async function sealDeadRuns(
  context: ChatContext,
  chatId: string,
): Promise<void> {
  const ended = await endDeadRuns(context, chatId);
  if (ended.length === 0) return;
  context.background(writeHistory(context, chatId), chatId);
}

/** As many as there can be: an agent has one active run at most. */
const MAX_DEAD_RUNS = 100;

/**
 * Ends the chat's runs that were silent past their lease. One that this
 * instance itself is producing is alive: it is the store that was away.
 *
 * @returns those that this call has ended
 */
export async function endDeadRuns(
  context: ChatContext,
  chatId: string,
): Promise<readonly RunValue[]> {
  const seal: Seal = {
    chatId,
    status: 'interrupted',
    isMeant: ({ value }) => !context.runs.has(chatId, value.id),
  };
  const ended: RunValue[] = [];
  while (ended.length < MAX_DEAD_RUNS) {
    const sealed = await sealRun(context, seal);
    if (sealed === undefined) break;
    ended.push(sealed);
    const { id: runId } = sealed;
    context.tell?.({ type: 'run-sealed', chatId, runId, reason: 'lease' });
  }
  return ended;
}
