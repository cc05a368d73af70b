/** Values by key. A reading stays the same object until one of them changes. */
export class KeyedValues<T> {
  readonly #values = new Map<string, T>();
  #map: ReadonlyMap<string, T> | undefined;
  #list: readonly T[] | undefined;

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: T): void {
    if (this.#values.get(key) === value) return;
    this.#values.set(key, value);
    this.#forget();
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#forget();
  }

  get map(): ReadonlyMap<string, T> {
    this.#map ??= new Map(this.#values);
    return this.#map;
  }

  get list(): readonly T[] {
    this.#list ??= [...this.#values.values()];
    return this.#list;
  }

  #forget(): void {
    this.#map = undefined;
    this.#list = undefined;
  }
}
