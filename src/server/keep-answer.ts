import { appendOnce, loadChatState, type Unstored } from '../log/index.js';
import {
  messageOrigin,
  messageRecord,
  newestRun,
  nextEpoch,
  type ChatState,
  type MessageRecord,
  type RunState,
  type StreamChunk,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { loadChunks } from './load-finished-run.js';

const MAX_TRIES = 8;

export interface AnswerToKeep {
  readonly chatId: string;
  readonly runId: string;
  /** Up to the answer's end. */
  readonly unstored: Unstored;
}

/**
 * Records an answer as a message, whole, that came to its end before somebody
 * ended its run who took its writer for dead: the store was away from here. The
 * run stays interrupted. Where its agent has begun another run since, nothing
 * is written: the chat went on without the rest.
 *
 * @returns whether the log has all of the answer now
 * @throws DurableChatError `store-unavailable`
 */
export async function keepAnswer(
  context: ChatContext,
  answer: AnswerToKeep,
): Promise<boolean> {
  const { chatId, runId } = answer;
  const retry = context.runRetry;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { state } = await loadChatState(context, chatId, { retry });
    const run = state.runs.get(runId);
    if (run === undefined || !isLeftAsItWas(state, run)) return false;
    // The answer to an earlier try was lost, but not the record.
    if (tries > 0 && isReplaced(state, run)) return true;
    const record = await wholeMessage(context, { state, run }, answer);
    if (record === undefined) return false;
    const { agentId: id } = run.value;
    const epoch = nextEpoch(state, id, context.now());
    const { kind } = await appendOnce(context.logOf(chatId), {
      producer: { id, epoch, seq: 0 },
      body: JSON.stringify([record]),
      retry,
    });
    if (kind === 'accepted') return true;
  }
  return false;
}

/** Taken for dead, and the newest of its agent. */
const isLeftAsItWas = (state: ChatState, run: RunState): boolean =>
  run.status === 'interrupted' && newestRun(state, run.value.agentId) === run;

/** Whether a record of the message stands behind the run. */
function isReplaced(
  { recorded, writers }: ChatState,
  { value: { messageId } }: RunState,
): boolean {
  return recorded.has(messageId) && !writers.has(messageId);
}

interface RunInChat {
  readonly state: ChatState;
  readonly run: RunState;
}

async function wholeMessage(
  context: ChatContext,
  { state, run }: RunInChat,
  { chatId, unstored }: AnswerToKeep,
): Promise<MessageRecord | undefined> {
  const { base, chunks } = await loadChunks(context, chatId, run);
  // What an append brought whose answer was lost is in the log already.
  const known = chunks.length - unstored.seq;
  if (known < 0) return undefined;
  const rest = unstored.texts.slice(known).map(parseChunk);
  const { messageId } = run.value;
  const start = { type: 'start', messageId };
  const message = await context.fold(base, [start, ...chunks, ...rest]);
  return (
    message && messageRecord({ ...message, ...messageOrigin(state, messageId) })
  );
}

// CAST: the text of a chunk that this run was given.
const parseChunk = (text: string) => JSON.parse(text) as StreamChunk;
