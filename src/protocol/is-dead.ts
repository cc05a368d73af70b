import type { RunValue } from './log-record.js';

/**
 * How much longer than its lease a run may be silent: the clocks of two
 * machines differ.
 */
export const CLOCK_SKEW_MS = 5_000;

/**
 * How long a writer takes, at most, to try again once the streams server is
 * back. Who has just begun to read cannot know whether it was away.
 */
const COMEBACK_MS = 3_000;

/** After so much more silence nobody waits for a writer to come back. */
const LONG_SILENCE_MS = 60_000;

/**
 * When a run is presumed dead unless another record of it comes. `since`: from
 * when on the log has been read without a break; always, unless given.
 */
export function deadline(run: RunValue, since = -Infinity): number {
  const silentAt = run.at + run.leaseMs + CLOCK_SKEW_MS;
  const watchedAt = Math.min(since + COMEBACK_MS, silentAt + LONG_SILENCE_MS);
  return Math.max(silentAt, watchedAt);
}

/** Whether it was silent for long enough, for who has read all the time. */
export function isDead(run: RunValue, now: number): boolean {
  return run.status === 'active' && now > deadline(run);
}
