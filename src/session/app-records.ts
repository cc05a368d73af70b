import type { AppRecord } from '../protocol/index.js';
import { KeyedValues } from './keyed-values.js';

/** The app's own records: by type, then by key. */
export class AppRecords {
  readonly #types = new Map<string, KeyedValues<unknown>>();
  #map: ReadonlyMap<string, ReadonlyMap<string, unknown>> = new Map();
  #isStale = false;

  apply({ type, key, value, headers }: AppRecord): void {
    const values = this.#types.get(type) ?? new KeyedValues<unknown>();
    this.#types.set(type, values);
    if (headers.operation === 'delete') values.delete(key);
    else values.set(key, value);
    this.#isStale = true;
  }

  get map(): ReadonlyMap<string, ReadonlyMap<string, unknown>> {
    if (this.#isStale) {
      this.#map = new Map(
        [...this.#types].map(([type, { map }]) => [type, map]),
      );
      this.#isStale = false;
    }
    return this.#map;
  }
}
