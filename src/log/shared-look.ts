/**
 * One look at a time, for however many ask: each gets the outcome of one that
 * began after it had asked.
 */
export class SharedLook<T> {
  readonly #look: () => Promise<T>;
  #current: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(look: () => Promise<T>) {
    this.#look = look;
  }

  look(): Promise<T> {
    if (this.#next !== undefined) return this.#next;
    if (this.#current === undefined) return this.#begin();
    // The one under way may have seen what was before this call.
    const begin = (): Promise<T> => this.#begin();
    this.#next = this.#current.then(begin, begin);
    return this.#next;
  }

  #begin(): Promise<T> {
    this.#next = undefined;
    const look = this.#look();
    const forget = (): void => {
      if (this.#current === look) this.#current = undefined;
    };
    this.#current = look;
    look.then(forget, forget);
    return look;
  }
}
