import { newestRun, type ChatState } from '../protocol/index.js';
import type { RunPlan } from './register-run.js';

/** Two that begin at once are no more apart: the later one wins then. */
const AT_ONCE_MS = 10_000;
/** Nor are they where the other one has ended by now. */
const AT_ONCE_AND_OVER_MS = 2_000;

/**
 * Whether the chat went on before a run could be registered: the store was away,
 * its answer was shown all the same, and what was posted next came into the log
 * first, by another instance. To register it now would end the newer run, and
 * show a branch that nobody is in any more.
 *
 * Told by its message, which somebody has posted as read; or by a newer run that
 * began while this one waited. One that wrote a message which this one answers is
 * not newer, but waited as well.
 */
export function isTooLate(
  state: ChatState,
  { messages, value, isQueued }: RunPlan,
  { since, now }: { readonly since: number; readonly now: number },
): boolean {
  // The others of a session go on beside it.
  if (isQueued === true) return false;
  const isContinuation = messages.at(-1)?.id === value.messageId;
  if (!isContinuation && state.messages.has(value.messageId)) return true;
  const newest = newestRun(state);
  if (newest === undefined || newest.value.id === value.id) return false;
  if (messages.some(({ id }) => id === newest.value.messageId)) return false;
  const isOver = newest.status !== 'active';
  const atOnceMs = isOver ? AT_ONCE_AND_OVER_MS : AT_ONCE_MS;
  return now - since > atOnceMs && newest.begunAt > since;
}
