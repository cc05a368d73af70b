import type { RetryPolicy } from './retry-policy.js';

/** What happened so far, since the first try or the last sign of life. */
export interface RetryHistory {
  /** At least 1. */
  readonly failures: number;
  readonly elapsedMs: number;
  /** What the server asked for with the last failure. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A server that asks for more is asked again after this all the same: where
 * there is no limit to the tries, one odd header must not end them for a day.
 */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * How long to wait before the next try; `undefined`: give up. The last try
 * falls on the end of the policy's time.
 */
export function retryDelay(
  policy: RetryPolicy,
  { failures, elapsedMs, retryAfterMs = 0 }: RetryHistory,
): number | undefined {
  const leftMs = policy.giveUpAfterMs - elapsedMs;
  const askedMs = Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
  if (leftMs <= 0 || askedMs > leftMs) return undefined;
  return Math.min(Math.max(backoffMs(policy, failures), askedMs), leftMs);
}

/** Full jitter: many clients that failed together do not come back together. */
function backoffMs(policy: RetryPolicy, failures: number): number {
  const ceiling = Math.min(
    policy.maxDelayMs,
    policy.initialDelayMs * 2 ** (failures - 1),
  );
  return ceiling * (policy.random ?? Math.random)();
}

/** The `Retry-After` header, in seconds or as a date (RFC 9110, 10.2.3). */
export function retryAfterMs(
  header: string | null,
  now: number,
): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (!Number.isNaN(seconds)) return Math.max(0, seconds * 1_000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
