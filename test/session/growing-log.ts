import { readUIMessageStream, type UIMessage } from 'ai';
import fc from 'fast-check';
import {
  applyLogRecord,
  applyToMessageList,
  chatMessage,
  emptyChatState,
  emptyMessageList,
  encodeChunkRecord,
  messageFolder,
  messageRecord,
  type FoldMessage,
  type LogRecord,
  type RunStatus,
  type RunValue,
  type StreamChunk,
} from '../../src/protocol/index.js';
import { runOf, textMessage } from '../protocol/chat-records.js';
import { overTheWire } from '../protocol/fold-message.js';
import { comparable } from './folded.js';

const foldBySdk = messageFolder(readUIMessageStream);

/** Also what settles the calls of a run that was cut off is told as both take it. */
const fold: FoldMessage = (base, chunks) => foldBySdk(base, comparable(chunks));

/** A log that grows, and all that layer 1 makes of it. */
export class GrowingLog {
  readonly records: LogRecord[] = [];
  readonly state = emptyChatState();
  list = emptyMessageList;
  /** What each run says, by its id. */
  readonly written = new Map<string, readonly StreamChunk[]>();
  /** What runs say in turn. */
  readonly answers: readonly (readonly StreamChunk[])[];

  constructor(answers: readonly StreamChunk[][]) {
    this.answers = answers.map(unnamed);
  }

  add(record: LogRecord): void {
    const read = overTheWire(record);
    this.records.push(read);
    applyLogRecord(this.state, read);
    this.list = applyToMessageList(this.list, read);
  }

  /** The messages of the list, each as layer 1 has it. */
  async messages(): Promise<UIMessage[]> {
    const all = await Promise.all(
      this.list.messages.map(({ id }) => chatMessage(this.state, id, fold)),
    );
    return all
      .filter((one) => one !== undefined)
      .map(withoutEmptyStep)
      .filter(({ parts }) => parts.length > 0);
  }
}

/**
 * Without steps that have just begun: whether they show depends on whether the
 * chunks were compacted.
 */
export function withoutEmptyStep(message: UIMessage): UIMessage {
  const end = message.parts.findLastIndex(({ type }) => type !== 'step-start');
  return { ...message, parts: message.parts.slice(0, end + 1) };
}

export interface Step {
  readonly action: string;
  readonly pick: number;
  readonly count: number;
}

export const step: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom(
    'run',
    ...Array.from({ length: 8 }, () => 'chunks'),
    'ask',
    'run',
    'end',
    'heartbeat',
    'continue',
    'edit',
    'delete',
    'again',
  ),
  pick: fc.nat(1_000),
  count: fc.integer({ min: 1, max: 25 }),
});

const nth = <T>(items: readonly T[], pick: number): T | undefined =>
  items[pick % Math.max(1, items.length)];

const ENDS: readonly RunStatus[] = ['done', 'stopped', 'failed', 'interrupted'];

/** What the AI SDK's reader must not hear of: the run names its own message. */
const unnamed = (chunks: readonly StreamChunk[]): StreamChunk[] =>
  comparable(chunks).map(({ messageId: _, ...chunk }) => ({
    ...chunk,
    type: chunk.type,
  }));

function batch(log: GrowingLog, value: RunValue, count: number): void {
  const { id: runId, messageId, agentId: actorId } = value;
  const seq = log.state.runs.get(runId)?.chunks.length ?? 0;
  const chunks = log.written.get(runId)?.slice(seq, seq + count) ?? [];
  const texts = chunks.map((chunk) => JSON.stringify(chunk));
  const head = { runId, messageId, actorId, seq };
  // CAST: `JSON.parse` gives back the record that was written.
  log.add(JSON.parse(encodeChunkRecord(head, texts)) as LogRecord);
}

type Action = (log: GrowingLog, step: Step) => unknown;

const questionIn = (log: GrowingLog, pick: number) =>
  nth(
    log.list.messages.filter(({ role }) => role === 'user'),
    pick,
  );

const runIn = (log: GrowingLog, pick: number, isActive: boolean) =>
  nth(
    [...log.state.runs.values()].filter(
      ({ status }) => (status === 'active') === isActive,
    ),
    pick,
  )?.value;

/** No call has the id of one in a message that the run goes on with. */
const withOwnCalls = (
  runId: string,
  chunks: readonly StreamChunk[],
): StreamChunk[] =>
  chunks.map((chunk) => {
    const own: Record<string, string> = {};
    for (const field of ['toolCallId', 'approvalId']) {
      if (field in chunk) own[field] = `${runId} ${String(chunk[field])}`;
    }
    return { ...chunk, ...own, type: chunk.type };
  });

function begin(log: GrowingLog, pick: number, value: Partial<RunValue>): void {
  const id = `${log.records.length}`;
  const agentId = nth(['writer', 'critic'], pick) ?? '';
  log.written.set(id, withOwnCalls(id, nth(log.answers, pick) ?? []));
  log.add(runOf(id, { agentId, ...value }));
}

/** Writes the active run's record again, with what is new. */
function tell(log: GrowingLog, pick: number, value: Partial<RunValue>): void {
  const running = runIn(log, pick, true);
  if (running) log.add(runOf(running.id, { ...running, ...value }));
}

export const actions: Readonly<Record<string, Action>> = {
  ask(log) {
    const parentId = log.list.messages.at(-1)?.id ?? null;
    log.add(textMessage(`q${log.records.length}`, parentId));
  },
  run: (log, { pick }) =>
    begin(log, pick, { parentId: questionIn(log, pick)?.id ?? null }),
  chunks(log, { pick, count }) {
    const running = runIn(log, pick, true);
    if (running) batch(log, running, count);
  },
  heartbeat: (log, { pick, count }) => tell(log, pick, { at: count }),
  end: (log, { pick }) =>
    tell(log, pick, { status: nth(ENDS, pick) ?? 'done' }),
  edit(log, { pick }) {
    const asked = questionIn(log, pick);
    const text = `edit ${log.records.length}`;
    if (asked) log.add(textMessage(asked.id, asked.parentId, text));
  },
  delete(log, { pick }) {
    const key = nth(log.list.messages, pick)?.id;
    const headers = { operation: 'delete' } as const;
    if (key && pick % 5 === 0) log.add({ type: 'message', key, headers });
  },
  again(log) {
    const last = log.records.at(-1);
    if (last) log.add(last);
  },
  async continue(log, { pick }) {
    const ended = runIn(log, pick, false);
    const message =
      ended && (await chatMessage(log.state, ended.messageId, fold));
    if (ended === undefined || message === undefined) return;
    const { messageId, parentId, agentId } = ended;
    const more = { parentId, actorId: agentId, createdAt: 1 };
    log.add(messageRecord({ ...message, ...more }));
    begin(log, pick, { messageId, parentId, agentId });
  },
};
