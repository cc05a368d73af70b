import { DurableChatError } from '../protocol/index.js';
import { appendOnce } from './append-once.js';
import type { AppendOutcome } from './append-outcome.js';
import type { RequestOptions } from './retry-policy.js';
import type { StreamTarget } from './stream-target.js';

/** Why an appender ended of itself. */
export type AppenderEnd =
  | { readonly kind: 'fenced'; readonly epoch: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Calls back once after the delay, unless the returned function is called first. */
export type SetTimer = (callback: () => void, delayMs: number) => () => void;

export interface AppenderOptions extends RequestOptions {
  readonly target: StreamTarget;
  readonly producer: { readonly id: string; readonly epoch: number };
  /** The `seq` of the first append. Default 0. */
  readonly firstSeq?: number | undefined;
  /** The pause after an append, in milliseconds; a function is asked each time. */
  readonly flushIntervalMs: number | (() => number);
  /**
   * The JSON text of the next batch (a record, or a non-empty array of them),
   * or `undefined` when there is nothing to write. Called when an append may
   * start, and never while one is under way, retries included.
   */
  readonly nextBatch: () => string | undefined;
  /**
   * Called after each append that took effect, with the log's offset after it;
   * with `undefined` where an earlier try had taken effect already: that
   * answer does not name the offset. Must not throw.
   */
  readonly onAccepted?: ((offset: string | undefined) => void) | undefined;
  /**
   * Called once when nothing more can be written: fenced off, closed, missing,
   * or failed for good (`retry` used up, refused, log lost). Not called after
   * `stop()`, nor after the signal, which does the same. Must not throw.
   */
  readonly onEnd: (reason: AppenderEnd) => void;
  /** Default `setTimeout`. For the intervals only, not for retries. */
  readonly setTimer?: SetTimer | undefined;
}

/**
 * One run's writer: each batch once, in order, one append at a time.
 *
 * What arrives while an append is under way forms the next batch. A batch that
 * has to be sent again keeps its bytes and its producer triple. No promise of
 * it ever rejects.
 */
export class Appender {
  readonly #options: AppenderOptions;
  readonly #stopping = new AbortController();
  #seq: number;
  #appending = false;
  #ended = false;
  #retrying = false;
  /** Woken since the last pull. */
  #wanted = false;
  #cancelTimer: (() => void) | undefined;
  #flushes: (() => void)[] = [];

  constructor(options: AppenderOptions) {
    this.#options = options;
    this.#seq = options.firstSeq ?? 0;
    const { signal } = options;
    if (signal?.aborted) this.stop();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /**
   * There is something to write. The first time it goes out in a fresh
   * macrotask, so that the caller's live bytes leave before it; later, at the
   * earliest `flushIntervalMs` after the end of the append before.
   */
  wake(): void {
    if (this.#ended) return;
    this.#wanted = true;
    if (!this.#appending && this.#cancelTimer === undefined) this.#wait(0);
  }

  /**
   * Writes all there is now, without the pauses. Resolves when it is accepted,
   * or when the appender has ended.
   */
  flush(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#flushes.push(resolve);
      if (!this.#appending) void this.#write();
    });
  }

  /** The append under way has failed at least once. */
  get retrying(): boolean {
    return this.#retrying;
  }

  /** Writes nothing more, and gives up the append under way: it may have taken effect. */
  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#retrying = false;
    this.#cancelTimer?.();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    // An abort makes an error with its stack: not for nothing.
    if (this.#appending) this.#stopping.abort();
    this.#settleFlushes();
  }

  readonly #onAbort = (): void => this.stop();

  #end(reason: AppenderEnd): void {
    if (this.#ended) return;
    this.stop();
    this.#options.onEnd(reason);
  }

  #wait(delayMs: number): void {
    const { setTimer = startTimer } = this.#options;
    this.#cancelTimer?.();
    this.#cancelTimer = setTimer(() => {
      this.#cancelTimer = undefined;
      if (this.#wanted && !this.#appending) void this.#write();
    }, delayMs);
  }

  async #write(): Promise<void> {
    this.#appending = true;
    const before = this.#seq;
    try {
      let body = this.#pull();
      while (body !== undefined) {
        await this.#append(body);
        if (this.#ended) return;
        body = this.#flushes.length > 0 ? this.#pull() : undefined;
      }
      // No await from here on: a wake or a flush in between would be lost.
      this.#appending = false;
      this.#rest(this.#seq > before);
      this.#settleFlushes();
    } catch (error) {
      this.#end({ kind: 'failed', error });
    }
  }

  #pull(): string | undefined {
    this.#wanted = false;
    return this.#options.nextBatch();
  }

  #rest(appended: boolean): void {
    const { flushIntervalMs } = this.#options;
    if (appended) {
      const isFixed = typeof flushIntervalMs === 'number';
      this.#wait(isFixed ? flushIntervalMs : flushIntervalMs());
    } else if (this.#wanted && this.#cancelTimer === undefined) {
      this.#wait(0);
    }
  }

  async #append(body: string): Promise<void> {
    const { target, producer, retry } = this.#options;
    const outcome = await appendOnce(target, {
      producer: { ...producer, seq: this.#seq },
      body,
      retry,
      signal: this.#stopping.signal,
      onRetry: () => (this.#retrying = true),
    });
    this.#retrying = false;
    if (this.#ended) return;
    const reason = endAfter(outcome, { ...producer, seq: this.#seq });
    if (reason !== undefined) return this.#end(reason);
    this.#seq += 1;
    this.#options.onAccepted?.(
      outcome.kind === 'accepted' ? outcome.offset : undefined,
    );
  }

  #settleFlushes(): void {
    const settled = this.#flushes;
    this.#flushes = [];
    for (const resolve of settled) resolve();
  }
}

function endAfter(
  outcome: AppendOutcome,
  { seq, epoch }: { readonly seq: number; readonly epoch: number },
): AppenderEnd | undefined {
  switch (outcome.kind) {
    case 'accepted':
      return undefined;
    case 'duplicate':
      return isOurs(outcome, seq) ? undefined : { kind: 'fenced', epoch };
    case 'gap':
      return { kind: 'failed', error: lostPlace(outcome.expectedSeq, seq) };
    case 'preceded':
      return { kind: 'fenced', epoch };
    case 'fenced':
    case 'closed':
    case 'missing':
      return outcome;
  }
}

/**
 * A duplicate that we did not cause by a retry may still be ours: browsers
 * repeat a request by themselves when a kept-alive connection turns out dead.
 * But nobody of ours is ahead of us, and a first append without a retry that
 * was there already was somebody else's.
 */
function isOurs(
  { repeated, lastSeq = -1 }: Extract<AppendOutcome, { kind: 'duplicate' }>,
  seq: number,
): boolean {
  return lastSeq <= seq && (seq > 0 || repeated);
}

function lostPlace(expectedSeq: number, seq: number): DurableChatError {
  return new DurableChatError(
    'log-lost',
    `The streams server expects append ${expectedSeq} of this run where append ${seq} follows: it no longer has what the run wrote before. It may have been restored from an older copy; the run cannot go on.`,
    { status: 409 },
  );
}

const startTimer: SetTimer = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};
