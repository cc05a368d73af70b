import type { OwnPresence } from './own-presence.js';
import type { SessionRequests } from './session-requests.js';
import { tabGroup } from './tab-group.js';
import { TabPresence } from './tab-presence.js';
import { TabShare, type TabHost } from './tab-share.js';

/** What a session shares with its other tabs; nothing where there are none. */
export function shareTabs(
  requests: SessionRequests,
  presence: OwnPresence,
  host: TabHost,
): TabShare | undefined {
  const { api, device } = requests;
  const { chatId, deviceId, isTab } = device;
  const group = tabGroup(api, chatId, isTab ? undefined : deviceId);
  if (group === undefined) return undefined;
  const own = new TabPresence(requests, presence);
  return new TabShare({ ...host, group, presence: own });
}
