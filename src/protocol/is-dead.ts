import type { RunValue } from './log-record.js';

/**
 * How much longer than its lease a run may be silent: the clocks of two
 * machines differ.
 */
export const CLOCK_SKEW_MS = 5_000;

/** When a run is presumed dead unless another record of it comes. */
export function deadline(run: RunValue): number {
  return run.at + run.leaseMs + CLOCK_SKEW_MS;
}

export function isDead(run: RunValue, now: number): boolean {
  return run.status === 'active' && now > deadline(run);
}
