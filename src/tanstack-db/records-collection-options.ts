import type { CollectionConfig } from '@tanstack/db';
import type { DurableSession } from '../session/index.js';
import type { CollectionSettings } from './collection-settings.js';
import { recordRows } from './record-rows.js';
import type { RowSchema } from './row-schema.js';
import { shown } from './shown.js';
import { syncRows } from './sync-rows.js';

export interface RecordsCollectionOptions<
  INPUT extends object,
  ROW extends object,
> extends CollectionSettings<ROW> {
  /** A `DurableSession` whose `records` name the type. */
  readonly session: Pick<
    DurableSession,
    'getSnapshot' | 'subscribe' | 'write' | 'remove'
  >;
  /** One of the app's own types of records. */
  readonly type: string;
  /**
   * What checks values, here before they are written, on the server, and when
   * they are read; one that answers at once. What it makes of a value is the
   * row, and has to pass it again.
   */
  readonly schema: RowSchema<INPUT, ROW>;
  /** The key of a row's record: 1 to 200 characters. */
  readonly getKey: (row: ROW) => string;
}

/**
 * Options for `createCollection`: the records of one of the app's own types,
 * which `insert`, `update` and `delete` write for all to see. They show at once,
 * and are settled when the log has them; what the server refuses is rolled
 * back. A record whose value is not as the schema wants it, or does not carry
 * its key, is no row.
 */
export function recordsCollectionOptions<
  INPUT extends object,
  ROW extends object,
>({
  session,
  ...options
}: RecordsCollectionOptions<INPUT, ROW>): RecordsCollectionConfig<INPUT, ROW> {
  const { type, ...config } = options;
  const write = (key: string, act: () => Promise<void>): Promise<void> =>
    untilShown(session, { type, key }, act);
  const put = (mutations: readonly Put<ROW>[]): Promise<unknown> =>
    Promise.all(
      mutations.map(({ modified: value }) => {
        const key = options.getKey(value);
        return write(key, () => session.write({ type, key, value }));
      }),
    );
  return {
    ...config,
    sync: syncRows({
      session,
      reader: () => recordRows(options),
      getKey: options.getKey,
    }),
    onInsert: ({ transaction: { mutations } }) => put(mutations),
    onUpdate: ({ transaction: { mutations } }) => put(mutations),
    onDelete: ({ transaction: { mutations } }) =>
      Promise.all(
        mutations.map(({ original }) => {
          const key = options.getKey(original);
          return write(key, () => session.remove({ type, key }));
        }),
      ),
  };
}

/** Options for `createCollection`. */
export type RecordsCollectionConfig<
  INPUT extends object,
  ROW extends object,
> = CollectionConfig<ROW, string, RowSchema<INPUT, ROW>> & {
  readonly schema: RowSchema<INPUT, ROW>;
};

interface Put<ROW> {
  readonly modified: ROW;
}

/** Writes, and resolves when the record is another one than before. */
async function untilShown(
  session: Pick<DurableSession, 'getSnapshot' | 'subscribe'>,
  { type, key }: { readonly type: string; readonly key: string },
  write: () => Promise<void>,
): Promise<void> {
  const before = session.getSnapshot().records.get(type)?.get(key);
  await write();
  await shown(session, ({ records }) => records.get(type)?.get(key) !== before);
}
