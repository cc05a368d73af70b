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
  /**
   * How long the first request may take, or a page of a log be silent. Default
   * 15,000. Where it is less, each further one may take twice as long, up to that:
   * a server that is slow is not asked ever faster.
   */
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

/**
 * For a run's appends: tried until `giveUp` fires; without it, as long as the
 * policy says. The first try takes half of the run's lease at most: a request
 * that is lost on its way must not make a living writer look dead.
 */
export function runOptions(
  retry: RetryPolicy,
  leaseMs: number,
  giveUp: AbortSignal | undefined,
): RequestOptions {
  const attemptTimeoutMs = Math.min(attemptTimeout(retry), leaseMs / 2);
  const policy = { ...retry, attemptTimeoutMs };
  return giveUp === undefined
    ? { retry: policy }
    : { retry: { ...policy, giveUpAfterMs: Infinity }, signal: giveUp };
}

const ATTEMPT_TIMEOUT_MS = 15_000;

/** `failures`: of the tries before. */
export function attemptTimeout(
  policy: RetryPolicy | undefined,
  failures = 0,
): number {
  const first = policy?.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS;
  const grown = Math.min(first * 2 ** failures, ATTEMPT_TIMEOUT_MS);
  return Math.max(first, grown);
}

export function clockOf(policy: RetryPolicy | undefined): () => number {
  return policy?.now ?? Date.now;
}
