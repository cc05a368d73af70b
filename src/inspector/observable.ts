/** What components look at: tells, at most once a frame, that it has changed. */
export class Observable {
  readonly #listeners = new Set<() => void>();
  #isDue = false;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  protected changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    // Not `requestAnimationFrame`: it stands still in a tab that is not seen.
    setTimeout(() => {
      this.#isDue = false;
      for (const listener of this.#listeners) listener();
    }, 16);
  }
}
