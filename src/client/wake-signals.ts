import { isOffline } from './connection-store.js';

/**
 * Calls `onWake` when the network or the page may have come back: then a
 * dropped connection is worth a try at once. Does nothing outside a browser.
 *
 * @returns the function that ends it
 */
export function onWake(wake: () => void): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') {
    return () => undefined;
  }
  const listening = new AbortController();
  const { signal } = listening;
  window.addEventListener('online', wake, { signal });
  window.addEventListener('pageshow', wake, { signal });
  document.addEventListener(
    'visibilitychange',
    () => {
      if (!isHidden()) wake();
    },
    { signal },
  );
  return () => listening.abort();
}

/** Offline or hidden: no use in trying, and nobody looks. */
export function isAway(): boolean {
  return isOffline() || isHidden();
}

function isHidden(): boolean {
  return (
    typeof document !== 'undefined' && document.visibilityState === 'hidden'
  );
}
