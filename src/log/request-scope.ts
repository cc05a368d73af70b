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
    return Promise.race([work, this.#aborted()]);
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

  async #aborted(): Promise<never> {
    const { signal } = this;
    if (!signal.aborted) {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
    }
    throw signal.reason;
  }

  readonly #onCallerAbort = (): void => {
    this.#controller.abort(this.#caller?.reason);
  };
}
