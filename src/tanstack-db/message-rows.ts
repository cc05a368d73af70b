import type { UIMessage } from 'ai';
import type { DurableSessionSnapshot, MessageEnd } from '../session/index.js';

/** A message of a session, and what the session knows of it. */
export type MessageRow<UI_MESSAGE extends UIMessage = UIMessage> =
  UI_MESSAGE & {
    /** Where it stands in the conversation: order by it. */
    readonly position: number;
    /** Who wrote it: a user, or an agent. */
    readonly authorId: string | undefined;
    /** How an answer ended that was not finished. */
    readonly end: MessageEnd | undefined;
  };

/** Makes a reader of messages that makes a row anew where it is another one. */
export function messageRows<UI_MESSAGE extends UIMessage>() {
  type Snapshot = DurableSessionSnapshot<UI_MESSAGE>;
  type Row = MessageRow<UI_MESSAGE>;
  let seen: Snapshot | undefined;
  let rows: readonly Row[] = [];
  return (snapshot: Snapshot): readonly Row[] => {
    const before = seen;
    seen = snapshot;
    const isContextSame =
      before?.authors === snapshot.authors &&
      before.ends === snapshot.ends &&
      before.actorId === snapshot.actorId;
    if (isContextSame && before?.messages === snapshot.messages) return rows;
    rows = snapshot.messages.map((message, position) => {
      const row = rows[position];
      const isSame =
        row !== undefined && before?.messages[position] === message;
      if (isSame && isContextSame) return row;
      const authorId = authorOf(message, snapshot);
      const end = snapshot.ends.get(message.id);
      if (isSame && row.authorId === authorId && row.end === end) return row;
      return { ...message, position, authorId, end };
    });
    return rows;
  };
}

/** Of one that is on its way the log does not say it yet. */
const authorOf = (
  { id, role }: UIMessage,
  { authors, actorId }: Pick<DurableSessionSnapshot, 'authors' | 'actorId'>,
): string | undefined =>
  authors.get(id) ?? (role === 'user' ? actorId : undefined);
