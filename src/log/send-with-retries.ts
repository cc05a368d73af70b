import { DurableChatError } from '../protocol/index.js';
import { lightFetch } from './light-fetch.js';
import { isTemporary } from './refusal.js';
import { RequestScope } from './request-scope.js';
import { retryAfterMs, retryDelay } from './retry-delay.js';
import {
  attemptTimeout,
  clockOf,
  DEFAULT_RETRY_POLICY,
  type RequestOptions,
} from './retry-policy.js';
import { drain, sendRequest, type StreamRequest } from './send-request.js';
import { sleep } from './sleep.js';
import type { StreamTarget } from './stream-target.js';
import { watchBody } from './watch-body.js';

/** A request, and what its answer means. */
export interface Exchange<T> extends RequestOptions {
  readonly request: StreamRequest;
  /**
   * Reads the answer. A `DurableChatError` thrown here is final; anything else
   * (a body cut short, no JSON) is a failed try.
   * @param repeated An earlier try got no answer, so it may have taken effect.
   */
  readonly read: (response: Response, repeated: boolean) => T | Promise<T>;
  /** Called after each failed try, before the wait. */
  readonly onRetry?: ((cause: unknown) => void) | undefined;
}

/** A try that failed in a way that another may not. */
export interface FailedTry {
  readonly kind: 'failed';
  readonly cause: unknown;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

interface Answered<T> {
  readonly kind: 'answered';
  readonly value: T;
  readonly status: number;
}

/** An answer too, which no other try would change. */
interface Refused {
  readonly kind: 'refused';
  readonly error: DurableChatError;
  readonly status: number;
}

/**
 * Sends the same request until it has an answer. Throws the caller's reason
 * when aborted, and `store-unavailable` when the policy's time is over.
 */
export async function sendWithRetries<T>(
  { fetch = lightFetch(), ...place }: StreamTarget,
  exchange: Exchange<T>,
): Promise<T> {
  const target: StreamTarget = { ...place, fetch };
  const { request, retry = DEFAULT_RETRY_POLICY, signal, onRetry } = exchange;
  const { watch } = target;
  const now = clockOf(retry);
  const since = now();
  let repeated = false;
  for (let failures = 1; ; failures += 1) {
    const timeoutMs = attemptTimeout(retry, failures - 1);
    const attempt: Attempt = { repeated, timeoutMs };
    const outcome = await tryOnce(target, exchange, attempt);
    const elapsedMs = now() - since;
    if (outcome.kind !== 'failed') {
      const { status } = outcome;
      watch?.onAnswer({ request, tries: failures, elapsedMs, status });
      if (outcome.kind === 'answered') return outcome.value;
      throw outcome.error;
    }
    // A request that was turned away for its rate was not carried out.
    repeated ||= outcome.status !== 429;
    const delayMs = retryDelay(retry, { ...outcome, failures, elapsedMs });
    const { cause, status } = outcome;
    const tried = { request, tries: failures, elapsedMs };
    watch?.onFailedTry({ ...tried, cause, status, delayMs });
    if (delayMs === undefined) throw unavailable(outcome, failures, elapsedMs);
    onRetry?.(cause);
    await sleep(delayMs, signal);
  }
}

interface Attempt {
  readonly repeated: boolean;
  readonly timeoutMs: number;
}

async function tryOnce<T>(
  target: StreamTarget,
  { request, read, retry, signal }: Exchange<T>,
  { repeated, timeoutMs }: Attempt,
): Promise<Answered<T> | Refused | FailedTry> {
  const scope = new RequestScope(signal);
  let status = 0;
  try {
    const renewLimit = (): void => scope.limit(timeoutMs);
    renewLimit();
    const answer = await scope.within(
      sendRequest(target, request, scope.signal),
    );
    ({ status } = answer);
    // A long log over a thin line is no stall.
    const isLong = request.method === 'GET';
    const response = isLong ? watchBody(answer, renewLimit) : answer;
    if (isTemporary(status)) {
      return await scope.within(failedTry(response, clockOf(retry)()));
    }
    const value = await scope.within(Promise.resolve(read(response, repeated)));
    await scope.within(drain(response));
    return { kind: 'answered', value, status };
  } catch (cause) {
    scope.close();
    if (signal?.aborted) throw signal.reason;
    return cause instanceof DurableChatError
      ? { kind: 'refused', error: cause, status }
      : { kind: 'failed', cause };
  } finally {
    scope.release();
  }
}

/** What an answer of 408, 425, 429 or 5xx means for the next try. */
export async function failedTry(
  response: Response,
  now: number,
): Promise<FailedTry> {
  const { status, headers } = response;
  await drain(response);
  return {
    kind: 'failed',
    status,
    cause: new DurableChatError(
      'store-unavailable',
      `The streams server answered with status ${status}.`,
      { status },
    ),
    retryAfterMs: retryAfterMs(headers.get('retry-after'), now),
  };
}

/** The error that says that all tries were in vain. */
export function unavailable(
  { cause, status }: FailedTry,
  failures: number,
  elapsedMs: number,
): DurableChatError {
  const tries = failures === 1 ? '1 try' : `${failures} tries`;
  const last = cause instanceof Error ? cause.message : String(cause);
  return new DurableChatError(
    'store-unavailable',
    `The streams server gave no answer in ${tries} and ${Math.round(elapsedMs)} ms; the last failure: ${last}`,
    { status, cause },
  );
}
