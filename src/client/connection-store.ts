/**
 * How the connections of a transport are: none open, all well, at least one
 * being taken up again, or that and the browser knows to be offline.
 */
export type ConnectionState = 'idle' | 'connected' | 'reconnecting' | 'offline';

/** A store in the shape of React's `useSyncExternalStore`. */
export interface Connection {
  getSnapshot(): ConnectionState;
  /** @returns the function that ends the subscription */
  subscribe(listener: () => void): () => void;
}

/** Sums up what the readers of a transport report. */
export class ConnectionStore implements Connection {
  readonly #readers = new Map<object, 'connected' | 'reconnecting'>();
  readonly #listeners = new Set<() => void>();
  #snapshot: ConnectionState = 'idle';

  readonly getSnapshot = (): ConnectionState => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  report(reader: object, state: 'connected' | 'reconnecting' | 'ended'): void {
    if (state === 'ended') this.#readers.delete(reader);
    else this.#readers.set(reader, state);
    const snapshot = this.#sum();
    if (snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }

  #sum(): ConnectionState {
    const states = new Set(this.#readers.values());
    if (states.has('reconnecting'))
      return isOffline() ? 'offline' : 'reconnecting';
    return states.size > 0 ? 'connected' : 'idle';
  }
}

export function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}
