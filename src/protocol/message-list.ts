import type { UIMessage } from 'ai';
import type { LogRecord, MessageValue, RunValue } from './log-record.js';

/** A message's place in the conversation of a session, and whose it is. */
export interface ListedMessage {
  readonly id: string;
  readonly role: MessageValue['role'];
  readonly parentId: string | null;
  /** Who wrote it; of an agent's answer, the agent. */
  readonly authorId: string;
  /** Its newest record; `undefined` while only a run has told of it. */
  readonly value: MessageValue | undefined;
}

/**
 * The conversation of a session: all that users and agents said and did not
 * take back, in the order in which it began (PROTOCOL.md, section 4). A value:
 * nothing changes it.
 */
export interface MessageList {
  readonly messages: readonly ListedMessage[];
  /** The message of every run that began: its later records enter nothing. */
  readonly runs: ReadonlyMap<string, string>;
}

export const emptyMessageList: MessageList = { messages: [], runs: new Map() };

/**
 * The list after one more record of the log. The same object where the record
 * changes nothing of it, as chunks and heartbeats do.
 */
export function applyToMessageList(
  list: MessageList,
  record: LogRecord,
): MessageList {
  if (record.type === 'run') return withRun(list, record.value);
  if (record.type !== 'message') return list;
  return record.headers.operation === 'delete' || record.value === undefined
    ? withMessages(list, without(list.messages, record.key))
    : withMessages(list, withMessage(list.messages, record.value));
}

type Messages = readonly ListedMessage[];

/** What left the list leaves no trace, but that its run had begun. */
const withMessages = (list: MessageList, messages: Messages): MessageList =>
  messages === list.messages ? list : { ...list, messages };

const indexOf = (messages: Messages, id: string | null): number =>
  messages.findIndex((message) => message.id === id);

const without = (messages: Messages, id: string): Messages =>
  indexOf(messages, id) < 0
    ? messages
    : messages.filter((message) => message.id !== id);

function withMessage(messages: Messages, value: MessageValue): Messages {
  const { id, role, parentId, actorId: authorId } = value;
  const index = indexOf(messages, id);
  const known = messages[index];
  if (known === undefined) {
    return [...messages, { id, role, parentId, authorId, value }];
  }
  // What follows an edited question answers one that nobody asks any more.
  const end = isEdit(known, value) ? index + 1 : messages.length;
  return messages.slice(0, end).with(index, { ...known, role, value });
}

/** Whether a record changes what its author had said, and not only repeats it. */
export const isEdit = (known: ListedMessage, value: MessageValue): boolean =>
  value.role === 'user' &&
  known.value !== undefined &&
  !hasSameContent(known.value, value);

type Content = Pick<UIMessage, 'parts' | 'metadata'>;

/** Whether two messages say the same, whoever wrote them where. */
export const hasSameContent = (one: Content, other: Content): boolean =>
  contentOf(one) === contentOf(other);

const contentOf = ({ parts, metadata }: Content): string =>
  JSON.stringify([parts, metadata]);

function withRun(list: MessageList, value: RunValue): MessageList {
  const { id, messageId, attempt, status } = value;
  const known = list.runs.get(id);
  if (known === messageId) return list;
  const runs = new Map(list.runs).set(id, messageId);
  // A tombstone writes nothing, whatever comes of it. Nor does a run begin with
  // its end: its beginning was before what is read here.
  const isBeginning = attempt > 0 && status === 'active';
  if (known === undefined && !isBeginning) return { ...list, runs };
  const messages =
    known === undefined
      ? withRunBegun(list.messages, value)
      : withRunRenamed(list.messages, known, value);
  return { messages, runs };
}

function withRunBegun(messages: Messages, value: RunValue): Messages {
  const { messageId: id, parentId, agentId } = value;
  // A continuation, or what somebody has recorded already.
  if (indexOf(messages, id) >= 0) return messages;
  // Its question was taken back while the run was about to begin.
  if (parentId !== null && indexOf(messages, parentId) < 0) return messages;
  const left = withoutAnswer(messages, value);
  const message = { id, parentId, authorId: agentId, value: undefined };
  return [...left, { ...message, role: 'assistant' }];
}

/**
 * Without what the agent had answered before, for it answers anew: the
 * conversation goes on from there, but what others answered stays.
 */
function withoutAnswer(messages: Messages, value: RunValue): Messages {
  const { parentId, agentId } = value;
  const isAnswer = (message: ListedMessage): boolean =>
    message.role === 'assistant' && message.parentId === parentId;
  const isOwn = (message: ListedMessage): boolean =>
    isAnswer(message) && message.authorId === agentId;
  if (!messages.some(isOwn)) return messages;
  const end = indexOf(messages, parentId) + 1;
  const others = messages.slice(end).filter((m) => isAnswer(m) && !isOwn(m));
  return [...messages.slice(0, end), ...others];
}

/**
 * The source may call its message otherwise than its run announced it: it takes
 * the place of what holds nothing yet. What has left does not come back.
 */
function withRunRenamed(
  messages: Messages,
  from: string,
  value: RunValue,
): Messages {
  const index = indexOf(messages, from);
  const known = messages[index];
  if (known === undefined) return messages;
  if ((known.value?.parts.length ?? 0) > 0) {
    return withRunBegun(messages, value);
  }
  return indexOf(messages, value.messageId) >= 0
    ? without(messages, from)
    : messages.with(index, { ...known, id: value.messageId });
}
