import { readPages, recordReader } from '../log/index.js';
import {
  applyLogRecord,
  emptyChatState,
  LOG_START,
  type Cursor,
  type RunState,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';

/**
 * The chunks after a cursor of a run of which only the history is left in a
 * chat's state: read from the log where the cursor points, or from its start
 * where the streams server knows nothing of that place any more.
 */
export async function loadFinishedRun(
  context: ChatContext,
  chatId: string,
  finished: { readonly run: RunState; readonly cursor: Cursor },
): Promise<RunState> {
  const { offset } = finished.cursor;
  const read = (from: string): Promise<RunState> =>
    readRest(context, { chatId, from }, finished);
  if (offset === undefined) return read(LOG_START);
  return read(offset).catch(() => read(LOG_START));
}

async function readRest(
  context: ChatContext,
  { chatId, from }: { readonly chatId: string; readonly from: string },
  { run, cursor }: { readonly run: RunState; readonly cursor: Cursor },
): Promise<RunState> {
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
  for await (const batch of pages) {
    for (const item of batch.items) apply(item, applyLogRecord);
    if (rest.status !== 'active') break;
  }
  return { ...rest, status: run.status, value: run.value };
}
