/** @module ai-durable-transport/tanstack-db */
export { agentsCollectionOptions } from './agents-collection-options.js';
export {
  approvalsCollectionOptions,
  type ApprovalRow,
  type ApprovalsCollectionOptions,
} from './approvals-collection-options.js';
export type {
  CollectionSettings,
  SessionCollectionConfig,
} from './collection-settings.js';
export type { MessageRow } from './message-rows.js';
export {
  messagesCollectionOptions,
  type MessagesCollectionConfig,
  type MessagesCollectionOptions,
} from './messages-collection-options.js';
export type { NewMessageRow, NewMessageSchema } from './new-message-schema.js';
export { presenceCollectionOptions } from './presence-collection-options.js';
export {
  recordsCollectionOptions,
  type RecordsCollectionConfig,
  type RecordsCollectionOptions,
} from './records-collection-options.js';
export type { RowSchema } from './row-schema.js';
export { runsCollectionOptions } from './runs-collection-options.js';
export type { SessionSource } from './session-source.js';
export type { ShownCollectionOptions } from './shown-collection.js';
