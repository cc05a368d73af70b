import {
  applyToMessageList,
  emptyMessageList,
  isEdit,
  type AgentValue,
  type AppRecord,
  type LogRecord,
  type MessageList,
  type PresenceValue,
  type RegenerationValue,
} from '../../protocol/index.js';
import type { ReadRecord } from '../../log/index.js';

/** An agent, and from which record on it is there. */
export interface RegisteredAgent {
  readonly value: AgentValue;
  readonly since: number;
}

/** What was asked for, and at which record: an edit after that is answered so. */
export interface AskedRegeneration {
  readonly value: RegenerationValue;
  readonly place: number;
}

/**
 * What a chat's records say of a session, beside what `ChatState` says of its
 * messages, runs and answers. Built in place, record by record, as that is.
 */
export interface SessionState {
  list: MessageList;
  /** How many records have been applied: places to compare. */
  place: number;
  /** By message id: where it came in, or was last edited. */
  readonly places: Map<string, number>;
  /** By message id: how often its author has changed it. */
  readonly edits: Map<string, number>;
  readonly presence: Map<string, PresenceValue>;
  /** The newest that a record of presence has had. */
  presenceVersion: number;
  readonly agents: Map<string, RegisteredAgent>;
  /** By the id of the run that is asked for: the first one counts. */
  readonly regenerations: Map<string, AskedRegeneration>;
  /** By `{type} {key}`. */
  readonly app: Map<string, AppRecord>;
}

export function emptySessionState(): SessionState {
  return {
    list: emptyMessageList,
    place: 0,
    places: new Map(),
    edits: new Map(),
    presence: new Map(),
    presenceVersion: 0,
    agents: new Map(),
    regenerations: new Map(),
    app: new Map(),
  };
}

/** Applies one record of the log, in the log's order. */
export function applySessionRecord(
  state: SessionState,
  record: ReadRecord,
): void {
  state.place += 1;
  if (!isOurs(record)) return applyAppRecord(state, record);
  switch (record.type) {
    case 'message':
    case 'run':
      return applyListed(state, record);
    case 'presence':
      return applyPresence(state, record);
    case 'agent': {
      const since = state.agents.get(record.key)?.since ?? state.place;
      state.agents.set(record.key, { value: record.value, since });
      return;
    }
    case 'regeneration':
      if (state.regenerations.has(record.key)) return;
      state.regenerations.set(record.key, {
        value: record.value,
        place: state.place,
      });
      return;
    case 'answer':
    case 'chunk':
    case 'checkpoint':
      return;
  }
}

const OURS: ReadonlySet<string> = new Set<LogRecord['type']>([
  'message',
  'run',
  'chunk',
  'checkpoint',
  'presence',
  'agent',
  'answer',
  'regeneration',
]);

/** Whether a type of records is this package's, and no app's to take. */
export const isOurType = (type: string): boolean => OURS.has(type);

const isOurs = (record: ReadRecord): record is LogRecord =>
  isOurType(record.type);

function applyPresence(
  state: SessionState,
  { key, value }: Extract<LogRecord, { type: 'presence' }>,
): void {
  if (value === undefined) state.presence.delete(key);
  else state.presence.set(key, value);
  const { version = 0 } = value ?? {};
  state.presenceVersion = Math.max(state.presenceVersion, version);
}

function applyListed(
  state: SessionState,
  record: Extract<LogRecord, { type: 'message' | 'run' }>,
): void {
  const { list, place, places, edits } = state;
  const id = record.type === 'run' ? record.value.messageId : record.key;
  if (record.type === 'message' && record.value !== undefined) {
    const known = list.messages.find((message) => message.id === id);
    // One that had left the conversation and is posted again is asked anew.
    const isBack = known === undefined && places.has(id);
    if (isBack || (known !== undefined && isEdit(known, record.value))) {
      edits.set(id, (edits.get(id) ?? 0) + 1);
      places.delete(id);
    }
  }
  if (!places.has(id)) places.set(id, place);
  state.list = applyToMessageList(list, record);
}

function applyAppRecord({ app }: SessionState, record: AppRecord): void {
  const place = `${record.type} ${record.key}`;
  if (record.headers.operation === 'delete') app.delete(place);
  else app.set(place, record);
}
