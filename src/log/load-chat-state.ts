import {
  applyHistoryRecord,
  applyLogRecord,
  decodeRecord,
  DurableChatError,
  emptyChatState,
  LOG_START,
  type AppRecord,
  type ChatState,
  type LogRecord,
} from '../protocol/index.js';
import type { ChatLog } from './chat-log.js';
import { readPages } from './read-pages.js';
import type { RequestOptions } from './retry-policy.js';
import type { StreamTarget } from './stream-target.js';

export interface LoadedState {
  readonly state: ChatState;
  /** Whether the chat's log exists. */
  readonly exists: boolean;
}

export interface LoadOptions extends RequestOptions {
  /** Told of every record of the history that could be read. */
  readonly onHistory?: RecordListener | undefined;
  /** The same of the log after the checkpoint. */
  readonly onRecord?: RecordListener | undefined;
}

type RecordListener = (record: ReadRecord) => void;

/** A record of ours, or of one of the app's own types. */
export type ReadRecord = LogRecord | AppRecord;

/**
 * Reads a chat: whole messages from the history, then the log after its
 * checkpoint. Costs the messages, not the tokens.
 *
 * @throws DurableChatError `store-unavailable`; the signal's reason when aborted
 */
export async function loadChatState(
  chats: ChatLog,
  chatId: string,
  { retry = chats.requestRetry, signal, ...listeners }: LoadOptions = {},
): Promise<LoadedState> {
  const { onHistory, onRecord } = listeners;
  const state = emptyChatState();
  const apply = recordReader(chats, chatId, state);
  const history = chats.historyOf(chatId);
  if (history !== undefined) {
    const reading = { target: history, offset: LOG_START, retry, signal };
    await readAll(reading, (item) => {
      const record = apply(item, applyHistoryRecord);
      if (record !== undefined) onHistory?.(record);
    });
  }
  return readLog(chats, chatId, { state, apply, onRecord, retry, signal });
}

/**
 * What the log says after `since`, for who knows that the history is complete
 * up to there. Costs what has been written since, and nothing of the rest.
 * Throws like `loadChatState`.
 */
export function loadLogTail(
  chats: ChatLog,
  chatId: string,
  {
    since,
    ...options
  }: Omit<LoadOptions, 'onHistory'> & {
    readonly since: string;
  },
): Promise<LoadedState> {
  const state = emptyChatState();
  if (since !== LOG_START) state.checkpoint = since;
  const apply = recordReader(chats, chatId, state);
  return readLog(chats, chatId, { state, apply, ...options });
}

interface LogReading extends RequestOptions {
  readonly state: ChatState;
  readonly onRecord?: RecordListener | undefined;
  readonly apply: ReturnType<typeof recordReader>;
}

/** Reads the log after the checkpoint into a state. */
async function readLog(
  chats: ChatLog,
  chatId: string,
  { state, apply, onRecord, retry, signal }: LogReading,
): Promise<LoadedState> {
  const target = chats.logOf(chatId);
  const readFrom = (offset: string): Promise<string | undefined> =>
    readAll({ target, offset, retry, signal }, (item) => {
      const record = apply(item, applyLogRecord);
      if (record !== undefined) onRecord?.(record);
    });
  state.offset = state.checkpoint ?? LOG_START;
  let end = await readFrom(state.offset);
  // Lost, or begun anew since the checkpoint was made.
  if (end === undefined && state.offset !== LOG_START) {
    end = await readFrom(LOG_START);
  }
  if (end !== undefined) state.offset = end;
  return { state, exists: end !== undefined };
}

/**
 * Applies items to a state; those that cannot be read are counted and told. It
 * returns what could be.
 */
export function recordReader(
  chats: ChatLog,
  chatId: string,
  state: ChatState,
): (
  item: unknown,
  apply: (state: ChatState, record: LogRecord) => void,
) => ReadRecord | undefined {
  return (item, apply) => {
    const decoded = decodeRecord(item, chats.appTypes);
    if (decoded.kind === 'unknown-type') return undefined;
    if (decoded.kind === 'app') return decoded.record;
    if (decoded.kind === 'malformed') {
      state.skipped += 1;
      chats.reportDamage(chatId, decoded.field);
      return undefined;
    }
    const { skipped } = state;
    apply(state, decoded.record);
    // Well-formed, but in the wrong place: batches before it are missing.
    if (state.skipped > skipped) chats.reportDamage(chatId, 'value.seq');
    return decoded.record;
  };
}

interface Reading extends RequestOptions {
  readonly target: StreamTarget;
  readonly offset: string;
}

/** The offset of the end; `undefined` where there is no such stream. */
async function readAll(
  { target, ...options }: Reading,
  onItem: (item: unknown) => void,
): Promise<string | undefined> {
  let end: string | undefined;
  try {
    for await (const batch of readPages(target, options)) {
      batch.items.forEach(onItem);
      end = batch.offset;
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return end;
}

function isMissing(error: unknown): boolean {
  return error instanceof DurableChatError && error.code === 'log-lost';
}
