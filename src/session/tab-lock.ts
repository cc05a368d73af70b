/** What `navigator.locks` is needed for. */
export type TabLocks = Pick<LockManager, 'request'>;

/** For a browser that never says who has it. */
const PATIENCE_MS = 1_000;

/** A lock that one tab of a browser has, while the others wait in line for it. */
export class TabLock {
  readonly #locks: TabLocks;
  readonly #name: string;
  readonly #onChange: () => void;
  #place = new AbortController();
  #asked: Promise<void> | undefined;
  #isHeld: boolean | undefined;

  /** `onChange`: after `take` was answered, it was given, or another took it. */
  constructor(locks: TabLocks, name: string, onChange: () => void) {
    this.#locks = locks;
    this.#name = name;
    this.#onChange = onChange;
  }

  get isHeld(): boolean {
    return this.#isHeld === true;
  }

  /**
   * Takes it where nobody has it, else waits in line. Resolves with whether this
   * tab has it; where that cannot be known, each is for itself.
   */
  async take(): Promise<boolean> {
    this.#asked ??= this.#ask({ ifAvailable: true }, () => {
      if (!this.isHeld) void this.#queue();
    });
    await this.#asked;
    return this.#isHeld ?? true;
  }

  /** Takes it from whoever has it. */
  steal(): void {
    this.release();
    this.#asked = this.#ask({ steal: true }, this.#onChange);
  }

  /** Lets go of it, or of the place in the line. */
  release(): void {
    this.#place.abort();
    this.#asked = undefined;
    this.#isHeld = undefined;
  }

  #queue(): Promise<void> {
    const place = new AbortController();
    return this.#ask({ signal: place.signal }, this.#onChange, place);
  }

  /** Resolves when it is answered, which may be never. */
  #ask(
    options: LockOptions,
    onAnswer: () => void,
    place = new AbortController(),
  ): Promise<void> {
    const { signal } = place;
    this.#place = place;
    return new Promise((resolve) => {
      setTimeout(resolve, PATIENCE_MS);
      const answer = (isHeld: boolean): void => {
        this.#isHeld = isHeld;
        resolve();
        onAnswer();
      };
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        if (signal.aborted) return undefined;
        answer(lock !== null);
        if (lock === null) return undefined;
        return new Promise((free) => {
          signal.addEventListener('abort', () => free());
        });
      };
      this.#locks.request(this.#name, options, hold).catch(() => {
        if (signal.aborted) return;
        // Nothing can be had here; or it was had, and another tab has it now.
        if (!this.isHeld) return answer(true);
        this.#isHeld = false;
        void this.#queue();
        this.#onChange();
      });
    });
  }
}
