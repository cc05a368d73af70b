import { loadChatState, readPages, recordReader } from '../log/index.js';
import {
  applyLogRecord,
  emptyChatState,
  LOG_START,
  type Cursor,
  type LogRecord,
  type RunState,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';

/** A run that has ended, from the cursor on. */
export interface FinishedRun {
  readonly run: RunState;
  /** How many chunks it has. Where that was not read, the cursor is believed. */
  readonly length: number;
}

/**
 * The chunks after a cursor of a run of which only the history is left in a
 * chat's state: read from the log where the cursor points, or from its start
 * where the streams server knows nothing of that place any more, or it was the
 * wrong one.
 */
export async function loadFinishedRun(
  context: ChatContext,
  chatId: string,
  finished: { readonly run: RunState; readonly cursor: Cursor },
): Promise<FinishedRun> {
  const { delivered, offset = finished.run.since } = finished.cursor;
  // What it left open may have been begun before the cursor.
  if (finished.run.status !== 'done') {
    const whole = await loadWhole(context, chatId, finished.run);
    if (whole !== undefined) return whole;
  }
  const read = (from: string): Promise<Rest> =>
    readRest(context, { chatId, from }, finished);
  const hinted =
    offset === undefined
      ? undefined
      : await read(offset).catch(() => undefined);
  if (hinted?.isWhole !== true) return read(LOG_START);
  return { run: hinted.run, length: Math.max(hinted.length, delivered) };
}

/** A run with its chunks: the history has of it no more than its message. */
export async function loadChunks(
  context: ChatContext,
  chatId: string,
  run: RunState,
): Promise<RunState> {
  if (run.replayable) return run;
  const cursor = { runId: run.value.id, delivered: 0 };
  return (await loadFinishedRun(context, chatId, { run, cursor })).run;
}

/** `undefined` where the log does not have the run any more. */
async function loadWhole(
  context: ChatContext,
  chatId: string,
  { value, status }: RunState,
): Promise<FinishedRun | undefined> {
  const log = { ...context, historyOf: () => undefined };
  const { state } = await loadChatState(log, chatId);
  const run = state.runs.get(value.id);
  if (run === undefined) return undefined;
  return { run: { ...run, value, status }, length: run.chunks.length };
}

interface Rest extends FinishedRun {
  /** Whether the run was read up to its end, without a gap. */
  readonly isWhole: boolean;
}

async function readRest(
  context: ChatContext,
  { chatId, from }: { readonly chatId: string; readonly from: string },
  { run, cursor }: { readonly run: RunState; readonly cursor: Cursor },
): Promise<Rest> {
  const state = emptyChatState();
  const apply = recordReader(context, chatId, state);
  const rest: RunState = {
    ...run,
    status: 'active',
    terminal: false,
    replayable: true,
    chunks: [],
    firstSeq: cursor.delivered,
  };
  state.runs.set(cursor.runId, rest);
  const retry = context.requestRetry;
  const pages = readPages(context.logOf(chatId), { offset: from, retry });
  let length = 0;
  for await (const batch of pages) {
    for (const item of batch.items) {
      apply(item, (_, record) => {
        length = Math.max(length, lengthAfter(record, cursor.runId));
        applyLogRecord(state, record);
      });
    }
    if (rest.status !== 'active') break;
  }
  const hasEnded = rest.status !== 'active';
  const isWhole = hasEnded && rest.firstSeq + rest.chunks.length >= length;
  const ended = { ...rest, status: run.status, value: run.value };
  return { run: ended, length, isWhole };
}

/** How many chunks the run has had by this record. */
function lengthAfter(record: LogRecord, runId: string): number {
  return record.type === 'chunk' && record.value.runId === runId
    ? record.value.seq + record.value.chunks.length
    : 0;
}
