/**
 * How long and how often a request is repeated after network errors, timeouts,
 * 408, 425, 429 and 5xx: exponential backoff with full jitter, never sooner
 * than `Retry-After` asks for.
 */
export interface RetryPolicy {
  /** The first wait is a random part of this. Doubles with every failure. */
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** Counted from the first try, or from the last sign of life. May be `Infinity`. */
  readonly giveUpAfterMs: number;
  /** How long one request may take, or a page of a log be silent. Default 15,000. */
  readonly attemptTimeoutMs?: number | undefined;
  /** Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What applies where no `retry` is given. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  initialDelayMs: 100,
  maxDelayMs: 5_000,
  giveUpAfterMs: 30_000,
};

/** What every request to the streams server may be given. */
export interface RequestOptions {
  /** When it fires, the request is dropped and its promise rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
  /** Default {@link DEFAULT_RETRY_POLICY}. */
  readonly retry?: RetryPolicy | undefined;
}

/** Tries until the signal fires; without one, as long as the policy says. */
export function patientOptions(
  retry: RetryPolicy,
  giveUp: AbortSignal | undefined,
): RequestOptions {
  return giveUp === undefined
    ? { retry }
    : { retry: { ...retry, giveUpAfterMs: Infinity }, signal: giveUp };
}

const ATTEMPT_TIMEOUT_MS = 15_000;

export function attemptTimeout(policy: RetryPolicy | undefined): number {
  return policy?.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS;
}

export function clockOf(policy: RetryPolicy | undefined): () => number {
  return policy?.now ?? Date.now;
}
