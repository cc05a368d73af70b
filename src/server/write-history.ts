import {
  appendPlain,
  createStream,
  loadChatState,
  loadInOrder,
  markedAsInLog,
  type ReadRecord,
} from '../log/index.js';
import {
  activeRuns,
  chatMessage,
  checkpointRecord,
  messageOrigin,
  messageRecord,
  runRecord,
  writtenMessage,
  type ChatState,
  type MessageRecord,
  type RunState,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { orderedRecords } from './session/ordered-records.js';

/** A chat that its history is to have. */
export interface ChatToKeep {
  readonly state: ChatState;
  /** The log after the checkpoint, without chunks. Used of a session alone. */
  readonly tail: readonly ReadRecord[];
}

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
  first?: () => Promise<ChatToKeep>,
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
  first?: () => Promise<ChatToKeep>,
): Promise<boolean> {
  const retry = context.runRetry;
  const target = context.historyOf(chatId);
  const load = (): Promise<ChatToKeep> => loadToKeep(context, chatId);
  let chat = await (first ?? load)();
  let exists = chat.state.checkpoint !== undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const records = await missingRecords(context, chat);
    if (records.length === 0) return tries > 0;
    const body = JSON.stringify(records);
    const isWritten = exists
      ? (await appendPlain(target, { body, retry })) === 'accepted'
      : (await createStream(target, { body, retry })).kind === 'created';
    if (isWritten) {
      context.followers.noteHistory(chatId, chat.state.offset);
      return true;
    }
    // Created by somebody else, or deleted: it may lack something else now.
    exists = !exists;
    chat = await load();
  }
  return true;
}

/** Reads a chat for `writeHistory`. */
export async function loadToKeep(
  context: ChatContext,
  chatId: string,
): Promise<ChatToKeep> {
  const retry = context.runRetry;
  if (isSession(context)) return loadInOrder(context, chatId, { retry });
  const { state } = await loadChatState(context, chatId, { retry });
  return { state, tail: [] };
}

const isSession = ({ options }: ChatContext): boolean =>
  options.agents !== undefined;

async function missingRecords(
  context: ChatContext,
  { state, tail }: ChatToKeep,
): Promise<object[]> {
  if (state.offset === state.checkpoint || activeRuns(state).length > 0) {
    return [];
  }
  const ordered = isSession(context) ? orderedRecords(tail) : [];
  const messages = await missingMessages(context, state);
  const runs = [...state.runs.values()].filter((run) => run.replayable);
  if (messages.length === 0 && runs.length === 0) return [];
  return [
    ...ordered.map(markedAsInLog),
    ...messages,
    ...runs.map((run) => runRecord(endOf(run))),
    checkpointRecord({
      offset: state.offset,
      since: state.checkpoint,
      at: context.now(),
      ...(isSession(context) && { appTypes: [...(context.appTypes ?? [])] }),
    }),
  ];
}

/** Whole; of a session without the answers, which stand there themselves. */
async function missingMessages(
  context: ChatContext,
  state: ChatState,
): Promise<MessageRecord[]> {
  const { recorded, writers, answered } = state;
  const ids = isSession(context)
    ? [...recorded].filter((id) => !isUsers(state, id))
    : [...recorded, ...answered];
  const read = isSession(context) ? writtenMessage : chatMessage;
  const records: MessageRecord[] = [];
  for (const id of new Set([...ids, ...writers.keys()])) {
    const message = await read(state, id, context.fold);
    if (message === undefined) continue;
    const origin = messageOrigin(state, id);
    records.push(messageRecord({ ...message, ...origin }));
  }
  return records;
}

const isUsers = ({ messages }: ChatState, id: string): boolean =>
  messages.get(id)?.role === 'user';

/** The run's record as it ended: one superseded without a word was stopped. */
function endOf(run: RunState): RunState['value'] {
  return { ...run.value, status: run.status };
}
