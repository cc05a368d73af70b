import type { FollowState } from './follow-state.js';

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
  readonly #readers = new Map<object, FollowState['name']>();
  readonly #listeners = new Set<() => void>();
  #told: ConnectionState = 'idle';

  readonly getSnapshot = (): ConnectionState => {
    const names = new Set(this.#readers.values());
    if (names.has('requesting') || names.has('waiting'))
      return isOffline() ? 'offline' : 'reconnecting';
    return names.size > 0 ? 'connected' : 'idle';
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    const subscribed = new AbortController();
    const { signal } = subscribed;
    // Outside a browser there is nothing to listen to.
    for (const change of ['online', 'offline']) {
      globalThis.addEventListener?.(change, this.#tell, { signal });
    }
    return () => {
      subscribed.abort();
      this.#listeners.delete(listener);
    };
  };

  /** A reader's state changed. Its very first request is no change. */
  report(reader: object, { name }: Pick<FollowState, 'name'>): void {
    if (name === 'ended') this.#readers.delete(reader);
    else this.#readers.set(reader, name);
    this.#tell();
  }

  readonly #tell = (): void => {
    const snapshot = this.getSnapshot();
    if (snapshot === this.#told) return;
    this.#told = snapshot;
    for (const listener of this.#listeners) listener();
  };
}

export function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}
