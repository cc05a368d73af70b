import type { PresenceValue } from '../session/index.js';
import type { SessionCollectionConfig } from './collection-settings.js';
import {
  shownCollection,
  type ShownCollectionOptions,
} from './shown-collection.js';

/**
 * Options for `createCollection`: the devices of a session, one row each, by
 * `{actorId}:{deviceId}`. A user with two devices has two; one that has left
 * may stay for a while, with `status` `offline`.
 */
export function presenceCollectionOptions(
  options: ShownCollectionOptions<PresenceValue>,
): SessionCollectionConfig<PresenceValue> {
  return shownCollection(options, {
    rowsOf: ({ presence }) => presence,
    getKey: ({ actorId, deviceId }) => `${actorId}:${deviceId}`,
  });
}
