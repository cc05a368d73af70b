import {
  applyHistoryRecord,
  applyLogRecord,
  encodeChunkRecord,
  emptyChatState,
  messageRecord,
  runRecord,
  type ChatState,
  type LogRecord,
  type MessageRecord,
  type RunRecord,
  type RunValue,
  type StreamChunk,
} from '../../src/protocol/index.js';

/** A message of one text. */
export function textMessage(
  id: string,
  parentId: string | null = null,
  text = id,
): MessageRecord {
  return messageRecord({
    id,
    role: id.startsWith('q') ? 'user' : 'assistant',
    parts: [{ type: 'text', text }],
    parentId,
    actorId: 'alice',
    createdAt: 1,
  });
}

/** A record of run `id`, which writes message `a{id}` unless told otherwise. */
export function runOf(id: string, value: Partial<RunValue> = {}): RunRecord {
  return runRecord({
    id,
    messageId: `a${id}`,
    parentId: null,
    agentId: 'assistant',
    epoch: 1,
    attempt: 1,
    status: 'active',
    at: 1,
    leaseMs: 1_000,
    ...value,
  });
}

/** A batch of chunks, which stand for what they are: `x:1`, `x:2`. */
export function batchOf(
  runId: string,
  seq: number,
  names: readonly string[],
): LogRecord {
  const head = { runId, messageId: `a${runId}`, actorId: 'assistant', seq };
  const texts = names.map((type) => JSON.stringify({ type }));
  // CAST: `JSON.parse` gives back the record that was written.
  return JSON.parse(encodeChunkRecord(head, texts)) as LogRecord;
}

export const namesOf = (
  chunks: readonly StreamChunk[] | undefined,
): string[] | undefined => chunks?.map(({ type }) => type);

/** What the records add up to. */
export function chatOf(
  log: readonly LogRecord[],
  history: readonly LogRecord[] = [],
): ChatState {
  const state = emptyChatState();
  for (const record of history) applyHistoryRecord(state, record);
  for (const record of log) applyLogRecord(state, record);
  return state;
}
