import {
  activeRuns,
  isDead,
  runRecord,
  type ChatState,
  type LogRecord,
  type RunState,
  type RunStatus,
  type RunValue,
} from '../protocol/index.js';
import { newMessages } from './new-messages.js';
import type { RunPlan } from './register-run.js';

/** A run that a newer one ended, and as what. */
export type SupersededRun = Pick<RunValue, 'id' | 'status'>;

/**
 * What a run's first append carries: what was posted with it, the end of the
 * runs that it supersedes, and its own record.
 */
export async function firstRecords(
  state: ChatState,
  plan: RunPlan,
  value: RunValue,
): Promise<LogRecord[]> {
  const records: LogRecord[] = await newMessages(state, plan, value.at);
  for (const run of state.runs.values()) {
    if (run.terminal || run.value.agentId !== value.agentId) continue;
    const { at, epoch } = value;
    const status = supersededAs(run, at);
    records.push(runRecord({ ...run.value, status, at, epoch }));
  }
  return [...records, runRecord(value)];
}

/** The runs that end with a run's first append. */
export function supersededRuns(
  state: ChatState,
  { agentId, at }: RunValue,
): readonly SupersededRun[] {
  return activeRuns(state)
    .filter((run) => run.value.agentId === agentId)
    .map((run) => ({ id: run.value.id, status: supersededAs(run, at) }));
}

function supersededAs(run: RunState, now: number): RunStatus {
  if (run.status !== 'active') return run.status;
  return isDead(run.value, now) ? 'interrupted' : 'stopped';
}
