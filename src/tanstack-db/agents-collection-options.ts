import type { AgentValue } from '../session/index.js';
import type { SessionCollectionConfig } from './collection-settings.js';
import {
  shownCollection,
  type ShownCollectionOptions,
} from './shown-collection.js';

/** Options for `createCollection`: the agents of a session, by id. */
export function agentsCollectionOptions(
  options: ShownCollectionOptions<AgentValue>,
): SessionCollectionConfig<AgentValue> {
  return shownCollection(options, {
    rowsOf: ({ agents }) => agents,
    getKey: ({ id }) => id,
  });
}
