import { useSyncExternalStore } from 'react';

const CHANGE = 'popstate';

/** The room of the address; who comes without one gets a new one. */
export function useRoomId(): string {
  return useSyncExternalStore(subscribe, roomId);
}

/** Where a room is, for a link. */
export const roomPath = (id: string): string => `/r/${encodeURIComponent(id)}`;

export const newRoomId = (): string => crypto.randomUUID().slice(0, 8);

/** Goes there without loading the page anew. */
export function goToRoom(id: string): void {
  history.pushState(null, '', roomPath(id));
  dispatchEvent(new PopStateEvent(CHANGE));
}

function roomId(): string {
  const found = /^\/r\/([^/]+)/.exec(location.pathname)?.[1];
  try {
    if (found !== undefined) return decodeURIComponent(found);
  } catch {
    // No address that this page has made.
  }
  const id = newRoomId();
  history.replaceState(null, '', roomPath(id));
  return id;
}

function subscribe(onChange: () => void): () => void {
  addEventListener(CHANGE, onChange);
  return () => removeEventListener(CHANGE, onChange);
}
