import type { BaseCollectionConfig, CollectionConfig } from '@tanstack/db';

/** What an app may say of any of these collections, as of all others. */
export type CollectionSettings<ROW extends object> = Pick<
  BaseCollectionConfig<ROW, string>,
  'id' | 'gcTime' | 'startSync' | 'autoIndex' | 'defaultIndexType' | 'compare'
>;

/** Options for `createCollection`, of rows that are written as they are read. */
export type SessionCollectionConfig<ROW extends object> = CollectionConfig<
  ROW,
  string
> & { readonly schema?: never };
