import type { OwnPresence } from './own-presence.js';
import type { SessionRequests } from './session-requests.js';
import type { TabHost, TabShare } from './tab-share.js';

export type StartShare = (host: TabHost) => TabShare | undefined;

/**
 * What tabs share a connection by: a part that only pages load, where there are
 * locks. One that cannot be had is none: each tab has a connection of its own.
 */
export async function loadTabs(
  requests: SessionRequests,
  presence: OwnPresence,
): Promise<StartShare | undefined> {
  if (typeof document === 'undefined' || !('locks' in navigator)) return;
  try {
    const { shareTabs } = await import('./share-tabs.js');
    return (host) => shareTabs(requests, presence, host);
  } catch {
    return undefined;
  }
}
