import type { UIMessage } from 'ai';
import type { MessageRow } from './message-rows.js';
import type { RowSchema } from './row-schema.js';
import type { SessionSource } from './session-source.js';

/** What a user says, as it is put into a collection of messages. */
export type NewMessageRow<UI_MESSAGE extends UIMessage = UIMessage> = Pick<
  UI_MESSAGE,
  'id' | 'parts'
> &
  Partial<Pick<UI_MESSAGE, 'metadata'>> & { readonly role?: 'user' };

export type NewMessageSchema<UI_MESSAGE extends UIMessage> = RowSchema<
  NewMessageRow<UI_MESSAGE>,
  MessageRow<UI_MESSAGE>
>;

/** Makes rows of what a user says: as they will stand once they are sent. */
export function newMessageSchema<UI_MESSAGE extends UIMessage>(
  session: SessionSource<UI_MESSAGE>,
): NewMessageSchema<UI_MESSAGE> {
  let seen: readonly UI_MESSAGE[] = [];
  let given = 0;
  const position = (messages: readonly UI_MESSAGE[]): number => {
    // Several that are inserted in one go stand one behind the other.
    given = messages === seen ? given + 1 : 0;
    seen = messages;
    return messages.length + given;
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'ai-durable-transport',
      validate: (value) => {
        // CAST: what an app inserts is of the type of the input.
        const said = value as NewMessageRow<UI_MESSAGE>;
        const { messages, actorId } = session.getSnapshot();
        const known = { position: undefined, ...said }.position !== undefined;
        const row = known
          ? said
          : {
              ...said,
              role: 'user',
              position: position(messages),
              authorId: actorId,
              end: undefined,
            };
        // CAST: with what was added it is a row.
        return { value: row as MessageRow<UI_MESSAGE> };
      },
    },
  };
}
