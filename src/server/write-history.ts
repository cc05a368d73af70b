import { appendPlain, createStream, loadChatState } from '../log/index.js';
import {
  activeRuns,
  chatMessage,
  checkpointRecord,
  messageRecord,
  parentOf,
  runRecord,
  type ChatState,
  type FoldMessage,
  type LogRecord,
  type MessageValue,
  type RunState,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';

/**
 * Brings the history up to the log's end: the messages that it lacks, the ends
 * of their runs, and a checkpoint, in one append. Does nothing while a run is
 * active, or where nothing is lacking. Two that do it at once do no harm: each
 * writes a checkpoint with all that belongs to it, and the last one counts.
 */
export async function writeHistory(
  context: ChatContext,
  chatId: string,
): Promise<void> {
  const { state } = await loadChatState(context, chatId, {
    retry: context.runRetry,
  });
  const records = await missingRecords(context, state);
  if (records.length === 0) return;
  const target = context.historyOf(chatId);
  const body = JSON.stringify(records);
  const retry = context.runRetry;
  if (state.checkpoint === undefined) {
    const created = await createStream(target, { body, retry });
    if (created.kind === 'created') return;
  }
  await appendPlain(target, { body, retry });
}

async function missingRecords(
  { fold, now }: ChatContext,
  state: ChatState,
): Promise<LogRecord[]> {
  if (state.offset === state.checkpoint || activeRuns(state).length > 0) {
    return [];
  }
  const messages = await missingMessages(state, fold);
  const runs = [...state.runs.values()].filter((run) => run.replayable);
  if (messages.length === 0 && runs.length === 0) return [];
  return [
    ...messages.map(messageRecord),
    ...runs.map((run) => runRecord(endOf(run))),
    checkpointRecord({ offset: state.offset, at: now() }),
  ];
}

async function missingMessages(
  state: ChatState,
  fold: FoldMessage,
): Promise<MessageValue[]> {
  const ids = new Set([...state.recorded, ...state.writers.keys()]);
  const values: MessageValue[] = [];
  for (const id of ids) {
    const message = await chatMessage(state, id, fold);
    if (message === undefined) continue;
    const known = state.messages.get(id);
    const run = state.writers.get(id)?.value;
    values.push({
      ...message,
      parentId: parentOf(state, id),
      actorId: known?.actorId ?? run?.agentId ?? 'unknown',
      createdAt: known?.createdAt ?? run?.at ?? 0,
    });
  }
  return values;
}

/** The run's record as it ended: one superseded without a word was stopped. */
function endOf(run: RunState): RunState['value'] {
  return { ...run.value, status: run.status };
}
