import { activeRuns, newestRun, type RunState } from '../../protocol/index.js';
import type { SessionView } from './session-snapshot.js';

/** A run that an agent is to make. */
export interface AgentWork {
  readonly agentId: string;
  /** Says what it is for, and so is the same wherever that is noticed. */
  readonly runId: string;
  readonly attempt: number;
  /** The message that is answered. */
  readonly triggerId: string;
  /** The message to go on with, where it is not to begin its own. */
  readonly continues?: string | undefined;
  /** The run that a dead instance left, to go on from. */
  readonly restarts?: RunState | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** Enough for instances that die; not for a message that makes them die. */
const MAX_ATTEMPTS = 8;

export const hasActiveRun = ({ chat }: SessionView, agentId: string): boolean =>
  activeRuns(chat).some(({ value }) => value.agentId === agentId);

/** The next attempt of what a dead instance left undone. */
export function restartWork(
  { chat, session }: SessionView,
  agentId: string,
): AgentWork | undefined {
  const last = newestRun(chat, agentId);
  if (last?.status !== 'interrupted') return undefined;
  const { id, attempt, messageId, parentId, triggerId = parentId } = last.value;
  const isListed = session.list.messages.some((m) => m.id === messageId);
  if (!isListed || triggerId === null || attempt >= MAX_ATTEMPTS) {
    return undefined;
  }
  const suffix = attempt > 1 ? `~r${attempt}` : '';
  const next = attempt + 1;
  return {
    agentId,
    runId: `${id.slice(0, id.length - suffix.length)}~r${next}`,
    attempt: next,
    triggerId,
    restarts: last,
  };
}

/** How the answer of an agent to a message is called. */
export function answerRunId(
  { session }: SessionView,
  agentId: string,
  messageId: string,
): string {
  const edits = session.edits.get(messageId) ?? 0;
  return `${agentId}~${messageId}${edits === 0 ? '' : `~e${edits}`}`;
}

/** The runs that wrote into a message, the oldest first. */
export const runsInto = (
  { chat }: SessionView,
  messageId: string,
): RunState[] =>
  [...chat.runs.values()].filter(
    ({ value }) => value.messageId === messageId && value.attempt > 0,
  );

/** How going on with a message is called: by how often that was done before. */
export const continuationRunId = (
  view: SessionView,
  agentId: string,
  messageId: string,
): string => `${agentId}~${messageId}~${runsInto(view, messageId).length}`;
