import type { SessionRunInfo } from '../session/index.js';
import type { SessionCollectionConfig } from './collection-settings.js';
import {
  shownCollection,
  type ShownCollectionOptions,
} from './shown-collection.js';

/**
 * Options for `createCollection`: the runs that are producing, by id. One that
 * ends leaves; how it ended, the row of its message says.
 */
export function runsCollectionOptions(
  options: ShownCollectionOptions<SessionRunInfo>,
): SessionCollectionConfig<SessionRunInfo> {
  return shownCollection(options, {
    rowsOf: ({ runs }) => runs,
    getKey: ({ id }) => id,
  });
}
