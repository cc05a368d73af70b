import type { LivePosition } from './live-connection.js';
import type { LogBatch } from './log-batch.js';
import { LeadBackWatch } from './lead-back-watch.js';
import { retryDelay } from './retry-delay.js';
import { clockOf, type RetryPolicy } from './retry-policy.js';
import { unavailable, type FailedTry } from './send-with-retries.js';

/** How far a follower is, over all its connections. */
export class FollowProgress {
  readonly #retry: RetryPolicy;
  readonly #now: () => number;
  readonly #leadBack: LeadBackWatch;
  #position: LivePosition;
  #failures = 0;
  /** When the first connection since the last batch was lost. */
  #failingSince: number | undefined;
  #openedAt = 0;
  /** What the connection of now has done so far. */
  #connection = { streaming: false, heard: false, advanced: false };
  /** What the consumer was told last; forgotten with a lost connection. */
  #toldUpToDate: boolean | undefined;

  constructor(position: LivePosition, retry: RetryPolicy) {
    this.#position = position;
    this.#retry = retry;
    this.#now = clockOf(retry);
    this.#leadBack = new LeadBackWatch(this.#now);
  }

  get position(): LivePosition {
    return this.#position;
  }

  get failures(): number {
    return this.#failures;
  }

  /** A connection is about to be made. */
  open(): void {
    this.#openedAt = this.#now();
    this.#connection = { streaming: false, heard: false, advanced: false };
  }

  /** The connection is an event stream; its first event is due. */
  streaming(): void {
    this.#connection.streaming = true;
  }

  pollInstead(): void {
    this.#position = { mode: 'long-poll', offset: this.#position.offset };
  }

  /** Goes on to the batch's end. Whether it says anything that is new. */
  take(batch: LogBatch, cursor?: string): boolean {
    const { offset } = this.#position;
    this.#leadBack.check(batch.offset, offset);
    const isThere = batch.offset === offset;
    // Who asked at that place again would be told the same again, at once: a
    // cache on the way does not look at the offset.
    if (isThere && batch.items.length > 0) {
      throw new RangeError('The answer leads nowhere, but holds records.');
    }
    this.#failingSince = undefined;
    this.#connection.heard = true;
    this.#connection.advanced ||= !isThere;
    const { mode } = this.#position;
    // At a new offset as one who begins there: so all readers that come there
    // ask for the same, whenever each began (docs/decisions/0022).
    this.#position = {
      mode,
      offset: batch.offset,
      ...(isThere && { cursor }),
    };
    const told = this.#toldUpToDate;
    this.#toldUpToDate = batch.upToDate;
    return !isThere || batch.closed || batch.upToDate !== told;
  }

  /** Whether the connection was worth making: if not, the next one waits. */
  get fruitful(): boolean {
    const { heard, advanced } = this.#connection;
    const lasted = this.#now() - this.#openedAt;
    return advanced || (heard && lasted >= this.#retry.initialDelayMs);
  }

  /** How long to wait before the next connection. Throws `store-unavailable`. */
  drop(failure: FailedTry): number {
    if (this.#isHeldBack(failure.cause)) this.pollInstead();
    this.#toldUpToDate = undefined;
    this.#failures = this.fruitful ? 1 : this.#failures + 1;
    this.#failingSince ??= this.#now();
    const elapsedMs = this.#now() - this.#failingSince;
    const { retryAfterMs } = failure;
    const failures = this.#failures;
    const history = { failures, elapsedMs, retryAfterMs };
    const delayMs = retryDelay(this.#retry, history);
    if (delayMs === undefined) throw unavailable(failure, failures, elapsedMs);
    return delayMs;
  }

  /** A stall before the very first event: something on the way buffers it. */
  #isHeldBack(cause: unknown): boolean {
    const { streaming, heard } = this.#connection;
    const stalled =
      cause instanceof DOMException && cause.name === 'TimeoutError';
    return stalled && streaming && !heard;
  }
}
