import type { CollectionConfig } from '@tanstack/db';
import type { UIMessage } from 'ai';
import type { DurableSession } from '../session/index.js';
import type { CollectionSettings } from './collection-settings.js';
import { messageRows, type MessageRow } from './message-rows.js';
import {
  newMessageSchema,
  type NewMessageSchema,
} from './new-message-schema.js';
import { syncRows } from './sync-rows.js';

export interface MessagesCollectionOptions<
  UI_MESSAGE extends UIMessage,
> extends CollectionSettings<MessageRow<UI_MESSAGE>> {
  /** A `DurableSession`: connected for as long as one of its collections syncs. */
  readonly session: Pick<
    DurableSession<UI_MESSAGE>,
    'getSnapshot' | 'subscribe' | 'send' | 'edit'
  >;
}

/**
 * Options for `createCollection`: the messages of all users and agents, by id.
 * A collection lists them in the order of the conversation; a query does with
 * `orderBy(({ message }) => message.position)`.
 *
 * `insert({ id, parts })` sends a message, `update` edits an own one. Both show
 * at once, and are settled when the log has them. What the server does not take
 * is rolled back, and the transaction fails with its `DurableChatError`.
 * Meanwhile TanStack DB shows nothing else that comes for the collection:
 * `session.send` shows a message at once, too, and holds nothing back.
 */
export function messagesCollectionOptions<UI_MESSAGE extends UIMessage>({
  session,
  ...settings
}: MessagesCollectionOptions<UI_MESSAGE>): MessagesCollectionConfig<UI_MESSAGE> {
  const getKey = ({ id }: MessageRow<UI_MESSAGE>): string => id;
  return {
    compare: (one, other) => one.position - other.position,
    ...settings,
    getKey,
    schema: newMessageSchema(session),
    sync: syncRows({ session, reader: messageRows<UI_MESSAGE>, getKey }),
    onInsert: async ({ transaction: { mutations } }) => {
      await Promise.all(
        mutations.map(({ modified }) =>
          session.send({ message: contentOf(modified) }),
        ),
      );
    },
    onUpdate: async ({ transaction: { mutations } }) => {
      await Promise.all(
        mutations.map(({ modified }) =>
          session.edit(modified.id, { message: contentOf(modified) }),
        ),
      );
    },
  };
}

/** Options for `createCollection`. */
export type MessagesCollectionConfig<UI_MESSAGE extends UIMessage> =
  CollectionConfig<
    MessageRow<UI_MESSAGE>,
    string,
    NewMessageSchema<UI_MESSAGE>
  > & { readonly schema: NewMessageSchema<UI_MESSAGE> };

function contentOf<UI_MESSAGE extends UIMessage>({
  id,
  parts,
  metadata,
}: MessageRow<UI_MESSAGE>) {
  return { id, parts, ...(metadata !== undefined && { metadata }) };
}
