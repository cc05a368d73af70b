import { LONGEST_TIMER_MS } from './sleep.js';

/**
 * One request's lifetime: ends with the caller's signal, with its own time
 * limit, or with `close()`. A controller and a listener by hand, because
 * `AbortSignal.any` and `AbortSignal.timeout` for every append leave more
 * behind than the append itself.
 */
export class RequestScope {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #aborted: Promise<never> | undefined;

  constructor(caller: AbortSignal | undefined) {
    this.#caller = caller;
    if (caller?.aborted) this.#onCallerAbort();
    caller?.addEventListener('abort', this.#onCallerAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts with a `TimeoutError` unless lifted or set anew in time. */
  limit(timeoutMs: number): void {
    this.lift();
    if (timeoutMs > LONGEST_TIMER_MS) return;
    this.#timer = setTimeout(() => {
      const message = `Nothing came from the streams server for ${timeoutMs} ms.`;
      this.#controller.abort(new DOMException(message, 'TimeoutError'));
    }, timeoutMs);
  }

  lift(): void {
    clearTimeout(this.#timer);
  }

  /** The work's outcome, or a rejection as soon as the scope is aborted, even where `fetch` ignores signals. */
  within<T>(work: Promise<T>): Promise<T> {
    this.#aborted ??= rejectionOf(this.signal);
    return Promise.race([work, this.#aborted]);
  }

  /** Lets go of timer and caller. The response, if whole, stays usable. */
  release(): void {
    this.lift();
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }

  /** Releases, and drops what is still under way, the socket included. */
  close(): void {
    this.release();
    this.#controller.abort();
  }

  readonly #onCallerAbort = (): void => {
    this.#controller.abort(this.#caller?.reason);
  };
}

/** One for all that is waited for: listeners are dearer than promises. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  // Whoever waits is told; it is no error that nobody does.
  aborted.catch(() => undefined);
  return aborted;
}
