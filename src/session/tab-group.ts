import type { TabLocks } from './tab-lock.js';

/** What tabs of one browser meet by that may share a connection. */
export interface TabGroup {
  readonly name: string;
  readonly locks: TabLocks;
  readonly openChannel: (name: string) => BroadcastChannel;
  /**
   * `rest`: the page may stand still from now on; `wake`: it goes on.
   *
   * @returns the function that ends it
   */
  readonly onSleep: (rest: () => void, wake: () => void) => () => void;
}

/**
 * Of a session in a page; none where tabs cannot know of one another: outside of
 * a page, without HTTPS, or by the user's settings.
 * `deviceId`: where the app named a device, only its tabs share.
 */
export function tabGroup(
  api: string,
  chatId: string,
  deviceId: string | null | undefined,
): TabGroup | undefined {
  if (typeof document === 'undefined' || !('locks' in navigator)) return;
  const openChannel = (name: string): BroadcastChannel =>
    new BroadcastChannel(name);
  try {
    const { href } = new URL(api, document.baseURI);
    const session = ['ai-durable-transport', href, chatId, { deviceId }];
    const name = JSON.stringify(session);
    // Refused where a frame of another site may keep nothing.
    openChannel(name).close();
    return { name, locks: navigator.locks, openChannel, onSleep };
  } catch {
    return undefined;
  }
}

function onSleep(rest: () => void, wake: () => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  // A page that is kept to come back to, or that a browser puts to sleep.
  window.addEventListener('pagehide', rest, { signal });
  window.addEventListener('pageshow', wake, { signal });
  document.addEventListener('freeze', rest, { signal });
  document.addEventListener('resume', wake, { signal });
  return () => listening.abort();
}
