/** Tells all who wait for it of the next change. */
export class Changes {
  #next = Promise.withResolvers<void>();

  /** Resolves at the next change. */
  next(): Promise<void> {
    return this.#next.promise;
  }

  tell(): void {
    const told = this.#next;
    this.#next = Promise.withResolvers();
    told.resolve();
  }
}
