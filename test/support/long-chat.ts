import type { UIMessage } from 'ai';
import {
  appendOnce,
  createStream,
  historyTarget,
  logTarget,
} from '../../src/log/index.js';
import {
  checkpointRecord,
  encodeChunkRecord,
  messageRecord,
  runRecord,
  type LogRecord,
  type MessageValue,
  type RunValue,
} from '../../src/protocol/index.js';

export interface LongChatOptions {
  readonly turns: number;
  /** How many tokens each answer came in; its text is the same. */
  readonly tokens: number;
  /** Without it the history is still to be written. */
  readonly hasHistory?: boolean;
}

export const ANSWER = 'It is late, and it gets later all the time. '.repeat(50);
const CHUNKS_A_RECORD = 10;

/**
 * Leaves a chat of many turns on the streams server as its runs would have:
 * a log of all tokens, and a history with a checkpoint after each turn.
 *
 * @returns its messages
 */
export async function leaveLongChat(
  streams: { readonly url: string },
  chatId: string,
  { turns, tokens, hasHistory = true }: LongChatOptions,
): Promise<UIMessage[]> {
  const history: LogRecord[] = [];
  const messages: UIMessage[] = [];
  let since: string | undefined;
  for (let turn = 1; turn <= turns; turn += 1) {
    const question = questionOf(turn);
    const run = runOf(turn);
    const body = `[${[
      JSON.stringify(messageRecord(question)),
      JSON.stringify(runRecord({ ...run, status: 'active' })),
      ...chunkRecords(run, tokens),
      JSON.stringify(runRecord(run)),
    ].join()}]`;
    const offset = await append(streams, chatId, { body, epoch: run.epoch });
    const answer = answerOf(run);
    history.push(
      messageRecord(question),
      messageRecord(answer),
      runRecord(run),
      checkpointRecord({ offset, since, at: run.at }),
    );
    since = offset;
    messages.push(
      ...[question, answer].map(({ id, role, parts }) => ({ id, role, parts })),
    );
  }
  if (hasHistory) {
    const body = JSON.stringify(history);
    await createStream(historyTarget(streams, chatId), { body });
  }
  return messages;
}

export interface ActiveRunOptions {
  /** Beyond all that the chat has had. */
  readonly turn: number;
  readonly tokens: number;
}

/** An answer in the middle: said so far, and nobody says more. */
export async function leaveActiveRun(
  streams: { readonly url: string },
  chatId: string,
  { turn, tokens }: ActiveRunOptions,
): Promise<void> {
  const at = Date.now();
  // Beyond the epochs of all runs of servers.
  const run: RunValue = { ...runOf(turn), status: 'active', at, epoch: at };
  const records = [
    JSON.stringify(messageRecord(questionOf(turn))),
    JSON.stringify(runRecord(run)),
    ...chunkRecords(run, tokens).slice(0, -1),
  ];
  const body = `[${records.join()}]`;
  await append(streams, chatId, { body, epoch: run.epoch });
}

/** The `Idempotency-Key` of the POST that began the turn. */
export const keyOfTurn = (turn: number): string => numbered('key', turn);

const numbered = (name: string, turn: number): string =>
  `${name}-${String(turn).padStart(5, '0')}`;

export function questionOf(turn: number): MessageValue {
  return {
    id: numbered('question', turn),
    role: 'user',
    parts: [{ type: 'text', text: 'How late is it?' }],
    parentId: turn === 1 ? null : numbered('answer', turn - 1),
    actorId: 'ada',
    createdAt: turn,
  };
}

function answerOf({ messageId, parentId, at }: RunValue): MessageValue {
  return {
    id: messageId,
    role: 'assistant',
    parts: [{ type: 'text', text: ANSWER, state: 'done' }],
    parentId,
    actorId: 'assistant',
    createdAt: at,
  };
}

export function runOf(turn: number): RunValue {
  return {
    id: numbered('run', turn),
    messageId: numbered('answer', turn),
    parentId: numbered('question', turn),
    agentId: 'assistant',
    epoch: turn,
    attempt: 1,
    status: 'done',
    at: turn,
    leaseMs: 15_000,
    idempotencyKey: keyOfTurn(turn),
  };
}

/** As a run that flushes ten tokens at a time. */
export function chunkRecords(run: RunValue, tokens: number): string[] {
  const length = Math.ceil(ANSWER.length / tokens);
  const deltas = Array.from({ length: tokens }, (_, index) => ({
    type: 'text-delta',
    id: 'text',
    delta: ANSWER.slice(index * length, (index + 1) * length),
  }));
  const texts = [
    { type: 'start', messageId: run.messageId },
    { type: 'text-start', id: 'text' },
    ...deltas,
    { type: 'text-end', id: 'text' },
    { type: 'finish' },
  ].map((chunk) => JSON.stringify(chunk));
  const records: string[] = [];
  for (let seq = 0; seq < texts.length; seq += CHUNKS_A_RECORD) {
    const head = {
      runId: run.id,
      messageId: run.messageId,
      actorId: 'assistant',
      seq,
    };
    records.push(
      encodeChunkRecord(head, texts.slice(seq, seq + CHUNKS_A_RECORD)),
    );
  }
  return records;
}

async function append(
  streams: { readonly url: string },
  chatId: string,
  { body, epoch }: { readonly body: string; readonly epoch: number },
): Promise<string> {
  const target = logTarget(streams, chatId);
  if (epoch === 1) return (await createStream(target, { body })).offset;
  const producer = { id: 'assistant', epoch, seq: 0 };
  const outcome = await appendOnce(target, { producer, body });
  if (outcome.kind === 'accepted') return outcome.offset;
  throw new Error(`The turn was not appended: ${outcome.kind}`);
}
