import type { SyncConfig } from '@tanstack/db';
import type { UIMessage } from 'ai';
import type { DurableSessionSnapshot } from '../session/index.js';
import { changedRows } from './changed-rows.js';
import type { SessionSource } from './session-source.js';

export interface RowsOptions<
  ROW extends object,
  UI_MESSAGE extends UIMessage = UIMessage,
> {
  readonly session: SessionSource<UI_MESSAGE>;
  /**
   * Makes the function that finds the rows in one snapshot after the other.
   * What did not change has to be the same object again.
   */
  readonly reader: () => (
    snapshot: DurableSessionSnapshot<UI_MESSAGE>,
  ) => readonly ROW[];
  readonly getKey: (row: ROW) => string;
}

/**
 * Keeps the rows of a collection as they are in a session: for as long as the
 * collection syncs it is one of the session's listeners, and so keeps it
 * connected. Only rows that changed are written.
 */
export function syncRows<ROW extends object, UI_MESSAGE extends UIMessage>({
  session,
  reader,
  getKey,
}: RowsOptions<ROW, UI_MESSAGE>): SyncConfig<ROW, string> {
  return {
    rowUpdateMode: 'full',
    sync: ({ begin, write, commit, markReady, markError }) => {
      const read = reader();
      let rows: readonly ROW[] = [];
      let isReady = false;
      const update = (): void => {
        const snapshot = session.getSnapshot();
        const before = rows;
        rows = read(snapshot);
        const changes = changedRows(before, rows, getKey);
        if (changes.length > 0) {
          begin();
          for (const change of changes) write(change);
          // Accepted; when it shows is for TanStack DB to say.
          void commit();
        }
        // A session that was read once is shown, whatever comes after.
        if (isReady) return;
        isReady = snapshot.actorId !== undefined;
        const { error, unsent } = snapshot;
        // That a message is refused does not mean that the session is.
        const isOfMessage = unsent.some((one) => one.error === error);
        if (isReady) markReady();
        else if (error !== undefined && !isOfMessage) markError(error);
      };
      const stop = session.subscribe(update);
      update();
      return stop;
    },
  };
}
