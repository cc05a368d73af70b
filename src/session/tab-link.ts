/** A connection of this tab's own, and what it hears of another's after it. */
export class TabLink {
  readonly #own = new AbortController();
  readonly #over = Promise.withResolvers<void>();
  #isInStep = false;
  /** Whether the own connection stands for the tab's device. */
  readonly isPresent: boolean;
  /** The server has let this tab in. */
  isOpen = false;

  constructor(signal: AbortSignal, isPresent: boolean) {
    this.isPresent = isPresent;
    signal.addEventListener('abort', () => this.end());
  }

  /** The tab that leads stands where this one does: its events are enough. */
  get isInStep(): boolean {
    return this.#isInStep;
  }

  /** Resolves when it is over, with `readOwn` or, once in step, with `end`. */
  async run(readOwn: (signal: AbortSignal) => Promise<void>): Promise<void> {
    await readOwn(this.#own.signal);
    if (this.#isInStep) await this.#over.promise;
  }

  /** Lets go of the own connection. */
  fallIn(): void {
    this.#isInStep = true;
    this.#own.abort();
  }

  end(): void {
    this.#own.abort();
    this.#over.resolve();
  }
}
