import type { UIMessage } from 'ai';
import type {
  CheckpointRecord,
  ChunkRecord,
  LogRecord,
  MessageRecord,
  MessageValue,
  RunRecord,
  RunStatus,
  RunValue,
} from './log-record.js';
import type { AnswerRecord, AnswerValue } from './session-record.js';
import type { StreamChunk } from './stream-chunk.js';

/** A run as the records tell it. */
export interface RunState {
  value: RunValue;
  /** When its first record was written, as far as the records reach. */
  readonly begunAt: number;
  /** The newest of: the record's status, or `stopped` once superseded. */
  status: RunStatus;
  /** Whether a terminal record of it stands in the log. */
  terminal: boolean;
  /**
   * The message as it stood when the run began, for a continuation; `undefined`
   * where the run writes the message from its start.
   */
  base: UIMessage | undefined;
  /** The run's chunks so far, in order, from number `firstSeq` on. */
  readonly chunks: StreamChunk[];
  readonly firstSeq: number;
  /** Whether its chunks are in `chunks`, or only its message in the history. */
  readonly replayable: boolean;
  /** Where not: a log offset before which nothing of the run stands. */
  since?: string | undefined;
}

/**
 * What the records of one chat add up to. Built by `applyRecord` in place: a
 * log has tens of thousands of records, and each must cost the same.
 */
export interface ChatState {
  /** The log offset up to which records have been applied. */
  offset: string;
  /** The log offset up to which the history is complete. */
  checkpoint: string | undefined;
  /** Messages as recorded; a run's message is built on top, see `chatMessages`. */
  readonly messages: Map<string, MessageValue>;
  /** Those of `messages` that the log itself carries after the checkpoint. */
  readonly recorded: Set<string>;
  /** In the order in which they began. */
  readonly runs: Map<string, RunState>;
  /** By message id: the run that wrote last into a message. */
  readonly writers: Map<string, RunState>;
  /** By call or approval: the first one, which counts. */
  readonly answers: Map<string, AnswerValue>;
  /** Messages that the log itself has answers to, after the checkpoint. */
  readonly answered: Set<string>;
  /** Items that could not be read: counted, never fatal. */
  skipped: number;
}

/** The Durable Streams offset before the first item. */
export const LOG_START = '-1';

export function emptyChatState(): ChatState {
  return {
    offset: LOG_START,
    checkpoint: undefined,
    messages: new Map(),
    recorded: new Set(),
    runs: new Map(),
    writers: new Map(),
    answers: new Map(),
    answered: new Set(),
    skipped: 0,
  };
}

/** Applies one record of the history. */
export function applyHistoryRecord(state: ChatState, record: LogRecord): void {
  switch (record.type) {
    case 'message':
      applyMessage(state, record);
      state.recorded.delete(record.key);
      return;
    case 'run':
      return applyEndedRun(state, record);
    case 'checkpoint':
      return applyCheckpoint(state, record);
    case 'answer':
      return applyAnswerRecord(state, record);
    // Chunks do not stand in a history, and a session is not this state's.
    default:
      return;
  }
}

function applyEndedRun(state: ChatState, { key, value }: RunRecord): void {
  const run = newRun(value, undefined, false);
  // What the history had up to a checkpoint without it began after that.
  const known = state.runs.get(key);
  run.since = known === undefined ? state.checkpoint : known.since;
  state.runs.delete(key);
  state.runs.set(key, run);
}

/**
 * One that builds on more than the history has would leave a gap: its writer
 * knew a history that was deleted since, or the log before it was lost.
 */
function applyCheckpoint(state: ChatState, { value }: CheckpointRecord): void {
  const { since = LOG_START, offset } = value;
  // Offsets sort as text (Durable Streams protocol, "Offsets").
  if (since <= (state.checkpoint ?? LOG_START)) state.checkpoint = offset;
}

/** Applies one record of the log, in the log's order. */
export function applyLogRecord(state: ChatState, record: LogRecord): void {
  switch (record.type) {
    case 'message':
      return applyMessage(state, record);
    case 'run':
      return applyRun(state, record);
    case 'chunk':
      return applyChunk(state, record);
    case 'answer':
      state.answered.add(record.value.messageId);
      return applyAnswerRecord(state, record);
    // Checkpoints mean nothing in a log, and a session is not this state's.
    default:
      return;
  }
}

function applyMessage(state: ChatState, record: MessageRecord): void {
  if (record.headers.operation === 'delete' || record.value === undefined) {
    state.messages.delete(record.key);
    state.recorded.delete(record.key);
    return;
  }
  state.messages.set(record.key, record.value);
  state.recorded.add(record.key);
  // The record holds all that runs have written into the message so far.
  state.writers.delete(record.key);
}

function applyAnswerRecord({ answers }: ChatState, record: AnswerRecord): void {
  if (!answers.has(record.key)) answers.set(record.key, record.value);
}

function applyRun(state: ChatState, { key, value }: RunRecord): void {
  const known = state.runs.get(key);
  if (known === undefined) return beginRun(state, value);
  if (!known.replayable) {
    // Its end was told twice; the history has what it wrote. Only a run that
    // is active may be read again from where it began.
    if (value.status === 'active') beginRun(state, value);
    return;
  }
  // The first terminal record is the one that counts.
  if (known.terminal) return;
  if (known.value.messageId !== value.messageId) {
    // The source calls its message otherwise than it was announced.
    if (state.writers.get(known.value.messageId) === known) {
      state.writers.delete(known.value.messageId);
    }
    state.writers.set(value.messageId, known);
  }
  known.value = value;
  if (value.status === 'active') return keepWriting(state, known);
  known.terminal = true;
  if (known.status === 'active') known.status = value.status;
}

/**
 * A first append may stand in the log twice, as a batch may: then its `message`
 * record comes again after the run that goes on with it has begun.
 */
function keepWriting({ writers }: ChatState, run: RunState): void {
  const { messageId, attempt } = run.value;
  if (run.status !== 'active' || attempt === 0) return;
  if (!writers.has(messageId)) writers.set(messageId, run);
}

function beginRun(state: ChatState, value: RunValue): void {
  const recorded = state.recorded.has(value.messageId);
  const base = recorded ? state.messages.get(value.messageId) : undefined;
  const run = newRun(value, base, true);
  // A run that only the history knew is read again from where it began.
  state.runs.delete(value.id);
  // A run that was stopped before it began writes nothing and ends nothing.
  if (value.attempt > 0) {
    for (const other of state.runs.values()) {
      if (supersedes(value, other)) other.status = 'stopped';
    }
    state.writers.set(value.messageId, run);
  }
  state.runs.set(value.id, run);
}

function supersedes(value: RunValue, other: RunState): boolean {
  return (
    other.status === 'active' &&
    other.value.agentId === value.agentId &&
    other.value.id !== value.id
  );
}

function newRun(
  value: RunValue,
  base: MessageValue | undefined,
  replayable: boolean,
): RunState {
  return {
    value,
    begunAt: value.at,
    status: value.status,
    terminal: value.status !== 'active',
    base: base === undefined ? undefined : plainMessage(base),
    chunks: [],
    firstSeq: 0,
    replayable,
  };
}

function applyChunk(state: ChatState, { value }: ChunkRecord): void {
  const run = state.runs.get(value.runId);
  if (run === undefined || run.status !== 'active') return;
  // A streams server that crashed between data and producer state may hold a
  // batch twice; a batch's own number tells.
  const known = run.firstSeq + run.chunks.length - value.seq;
  if (known < 0) state.skipped += 1;
  else for (const chunk of value.chunks.slice(known)) run.chunks.push(chunk);
}

/** The `UIMessage` alone, without what the record adds to it. */
export function plainMessage(value: MessageValue): UIMessage {
  const { parentId: _, actorId: __, createdAt: ___, ...message } = value;
  return message;
}

/** Whether a message stands in the log as it is given here. */
export const isRecorded = (known: MessageValue, message: UIMessage): boolean =>
  JSON.stringify(plainMessage(known)) === JSON.stringify(message);

/** Those runs that are still producing, the oldest first. */
export function activeRuns(state: ChatState): RunState[] {
  return [...state.runs.values()].filter((run) => run.status === 'active');
}

/**
 * The newest run that ever began, of all agents or of one; runs stopped before
 * they began don't count.
 */
export function newestRun(
  state: ChatState,
  agentId?: string,
): RunState | undefined {
  return [...state.runs.values()].findLast(
    ({ value }) =>
      value.attempt > 0 && (agentId === undefined || value.agentId === agentId),
  );
}

/**
 * The epoch right after the newest that this chat has seen of the agent; `now`
 * where it has seen none. Exactly that one, and not a later: so an append under
 * it takes effect only if nobody else has taken over since the state was read,
 * as a compare-and-swap would (docs/decisions/0009-epochs-are-compared.md).
 */
export function nextEpoch(
  state: ChatState,
  agentId: string,
  now: number,
): number {
  const epochs = [...state.runs.values()]
    .filter(({ value }) => value.agentId === agentId && value.attempt > 0)
    .map(({ value }) => value.epoch);
  return epochs.length === 0 ? now : Math.max(...epochs) + 1;
}
