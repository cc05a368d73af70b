import type { DurableSessionSnapshot } from '../session/index.js';
import type {
  CollectionSettings,
  SessionCollectionConfig,
} from './collection-settings.js';
import type { SessionSource } from './session-source.js';
import { syncRows } from './sync-rows.js';

/** Of a collection that shows a part of a session, and is not written to. */
export interface ShownCollectionOptions<
  ROW extends object,
> extends CollectionSettings<ROW> {
  /** A `DurableSession`: connected for as long as one of its collections syncs. */
  readonly session: SessionSource;
}

interface Shown<ROW extends object> {
  readonly rowsOf: (snapshot: DurableSessionSnapshot) => readonly ROW[];
  readonly getKey: (row: ROW) => string;
}

/** What a snapshot has as a list is the rows as it is. */
export function shownCollection<ROW extends object>(
  { session, ...settings }: ShownCollectionOptions<ROW>,
  { rowsOf, getKey }: Shown<ROW>,
): SessionCollectionConfig<ROW> {
  return {
    ...settings,
    getKey,
    sync: syncRows({ session, reader: () => rowsOf, getKey }),
  };
}
