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

/** Enough for a history that is created, or deleted, at the same moment. */
const MAX_TRIES = 3;

/**
 * Brings the history up to the log's end: the messages that it lacks, the ends
 * of their runs, and a checkpoint, in one append. Does nothing while a run is
 * active, or where nothing is lacking. Two that do it at once do no harm: each
 * writes a checkpoint with all that belongs to it, and the last one counts.
 *
 * @param first reads the chat, where it is known already or more cheaply read
 * @returns whether something was lacking
 */
export async function writeHistory(
  context: ChatContext,
  chatId: string,
  first?: () => Promise<ChatState>,
): Promise<boolean> {
  const { historiesInWork } = context;
  historiesInWork.add(chatId);
  try {
    return await completeHistory(context, chatId, first);
  } finally {
    historiesInWork.delete(chatId);
  }
}

async function completeHistory(
  context: ChatContext,
  chatId: string,
  first?: () => Promise<ChatState>,
): Promise<boolean> {
  const retry = context.runRetry;
  const target = context.historyOf(chatId);
  const load = async (): Promise<ChatState> =>
    (await loadChatState(context, chatId, { retry })).state;
  let state = await (first ?? load)();
  let exists = state.checkpoint !== undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const records = await missingRecords(context, state);
    if (records.length === 0) return tries > 0;
    const body = JSON.stringify(records);
    if (exists) {
      if ((await appendPlain(target, { body, retry })) === 'accepted') {
        return true;
      }
    } else {
      const { kind } = await createStream(target, { body, retry });
      if (kind === 'created') return true;
    }
    // Created by somebody else, or deleted: it may lack something else now.
    exists = !exists;
    state = await load();
  }
  return true;
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
    checkpointRecord({
      offset: state.offset,
      since: state.checkpoint,
      at: now(),
    }),
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
