import { activeRuns, type ChatState } from '../protocol/index.js';
import type { Registration, RunPlan } from './register-run.js';

export type Earlier = Extract<
  Registration,
  { kind: 'repeated' | 'busy' | 'stopped' }
>;

/** Why a run is not to begin as it was meant to, as the chat tells it. */
export function earlierStart(
  state: ChatState,
  plan: RunPlan,
): Earlier | undefined {
  const { value, isQueued } = plan;
  if (isQueued !== true) return earlierSend(state, value);
  const { id, agentId } = value;
  if (state.runs.has(id)) return { kind: 'repeated', runId: id };
  const other = activeRuns(state).find((run) => run.value.agentId === agentId);
  return other && { kind: 'busy', runId: other.value.id };
}

function earlierSend(
  state: ChatState,
  { id, idempotencyKey }: RunPlan['value'],
): Earlier | undefined {
  if (idempotencyKey === undefined) return undefined;
  const sent = [...state.runs.values()]
    .map(({ value }) => value)
    .filter((run) => run.idempotencyKey === idempotencyKey && run.id !== id);
  const twin = sent.find(({ attempt }) => attempt > 0);
  if (twin !== undefined) return { kind: 'repeated', runId: twin.id };
  return sent.length > 0 ? { kind: 'stopped' } : undefined;
}
