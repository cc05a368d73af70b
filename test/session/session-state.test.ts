import { describe, expect, it } from 'vitest';
import {
  agentRecord,
  answerRecord,
  encodeChunkRecord,
  INTERRUPTED_CALL,
  presenceRecord,
  type AnswerValue,
  type LogRecord,
  type StreamChunk,
} from '../../src/protocol/index.js';
import { SessionState } from '../../src/session/session-state.js';
import { runOf, textMessage } from '../protocol/chat-records.js';

function sessionOf(...records: readonly LogRecord[]): SessionState {
  const session = new SessionState();
  for (const record of records) session.apply(record);
  return session;
}

/** A batch of run `id`, which writes message `a{id}`. */
function batch(id: string, seq: number, chunks: readonly StreamChunk[]) {
  const head = { runId: id, messageId: `a${id}`, actorId: 'assistant', seq };
  const texts = chunks.map((chunk) => JSON.stringify(chunk));
  // CAST: `JSON.parse` gives back the record that was written.
  return JSON.parse(encodeChunkRecord(head, texts)) as LogRecord;
}

const start = { type: 'text-start', id: '0' };
const word = (delta: string): StreamChunk => ({
  type: 'text-delta',
  id: '0',
  delta,
});
const toolCallId = 'call-1';
const call = { toolCallId, toolName: 'pay', input: { sum: 5 } };
const pending = { type: 'tool-input-available', ...call };
const asked = [
  pending,
  { type: 'tool-approval-request', toolCallId, approvalId: 'ask-1' },
];

const answered = (value: Partial<AnswerValue>): LogRecord =>
  answerRecord({
    id: toolCallId,
    kind: 'tool-output',
    messageId: 'a1',
    toolCallId,
    actorId: 'alice',
    at: 1,
    ...value,
  });
const granted = (value: Partial<AnswerValue> = {}): LogRecord =>
  answered({ id: 'ask-1', kind: 'approval', approved: true, ...value });

const question = textMessage('q1');
const begun = runOf('1', { parentId: 'q1' });
const textsOf = ({ snapshot }: SessionState): unknown[] =>
  snapshot.messages.map(({ parts }) => {
    const [part] = parts;
    return part?.type === 'text' ? part.text : part?.type;
  });
const callOf = ({ snapshot }: SessionState): unknown =>
  snapshot.messages.at(-1)?.parts[0];

describe('SessionState', () => {
  it('shows what several agents write at once', () => {
    const session = sessionOf(
      question,
      runOf('1', { parentId: 'q1', agentId: 'writer' }),
      runOf('2', { parentId: 'q1', agentId: 'critic' }),
      batch('2', 0, [start, word('no')]),
      batch('1', 0, [start, word('yes')]),
    );
    expect(textsOf(session)).toEqual(['q1', 'yes', 'no']);
    const { authors, runs } = session.snapshot;
    expect(Object.fromEntries(authors)).toEqual({
      q1: 'alice',
      a1: 'writer',
      a2: 'critic',
    });
    expect(runs.map(({ agentId, messageId }) => [agentId, messageId])).toEqual([
      ['writer', 'a1'],
      ['critic', 'a2'],
    ]);
  });

  it('goes on with a message that a first append tells of twice', () => {
    const base = textMessage('a1', 'q1', 'base');
    const again = runOf('9', { messageId: 'a1', parentId: 'q1' });
    const more = batch('9', 0, [start, word('more')]);
    const session = sessionOf(question, base, again, base, again, more);
    expect(session.snapshot.messages.at(-1)?.parts).toMatchObject([
      { text: 'base' },
      { text: 'more' },
    ]);
    // A record after that holds all that was written.
    session.apply(textMessage('a1', 'q1', 'whole'));
    expect(textsOf(session)).toEqual(['q1', 'whole']);
  });

  it('counts the first end of a run, and that it was superseded', () => {
    const failed = runOf('1', { parentId: 'q1', status: 'failed', error: 'E' });
    const done = runOf('1', { parentId: 'q1', status: 'done' });
    const first = sessionOf(question, begun, failed, done);
    expect(first.snapshot.ends.get('a1')).toEqual({
      status: 'failed',
      error: 'E',
    });
    first.apply(runOf('1', { messageId: 'other', status: 'failed' }));
    expect([...first.snapshot.ends.keys()]).toEqual(['a1']);
    const newer = runOf('2', { parentId: 'q1' });
    const superseded = sessionOf(question, begun, newer, failed);
    expect(superseded.snapshot.ends.get('a1')?.status).toBe('stopped');
    expect(superseded.snapshot.runs.map(({ id }) => id)).toEqual(['2']);
    const restarted = runOf('1~r1', { messageId: 'a1', parentId: 'q1' });
    first.apply(restarted);
    expect(first.snapshot.ends.size).toBe(0);
  });

  it('counts a batch that does not follow on what came, and does without', () => {
    const session = sessionOf(question, begun, batch('1', 2, [start]));
    expect(session.skipped).toBe(1);
    session.apply(batch('1', 0, [start, word('a')]));
    session.apply(batch('1', 0, [start, word('a')]));
    session.apply(batch('1', 1, [word('a'), word('b')]));
    expect(textsOf(session)).toEqual(['q1', 'ab']);
    expect(session.skipped).toBe(1);
  });

  it('takes in the first answer to a tool, and goes on from it', () => {
    const session = sessionOf(
      question,
      begun,
      batch('1', 0, [pending]),
      answered({ output: 'first' }),
      answered({ output: 'second' }),
      batch('1', 1, [start, word('so')]),
      runOf('1', { parentId: 'q1', status: 'stopped' }),
    );
    expect(callOf(session)).toMatchObject({ output: 'first' });
    expect(session.snapshot.messages[1]?.parts).toHaveLength(2);
    const open = sessionOf(
      question,
      begun,
      batch('1', 0, [pending]),
      runOf('1', { parentId: 'q1', status: 'stopped' }),
      answered({ output: 'late' }),
    );
    expect(callOf(open)).toMatchObject({ errorText: INTERRUPTED_CALL });
  });

  it('takes in an answer that came before its call, and before its message', () => {
    const early = sessionOf(question, begun, answered({ output: 'early' }));
    early.apply(batch('1', 0, [start, pending]));
    expect(early.snapshot.messages[1]?.parts[1]).toMatchObject({
      output: 'early',
    });
    const { value } = textMessage('a1', 'q1');
    if (value === undefined) throw new Error('There is a value.');
    const { type: _, ...fields } = pending;
    const part = { ...fields, state: 'input-available' as const };
    const recorded: LogRecord = {
      type: 'message',
      key: 'a1',
      value: { ...value, parts: [{ type: 'tool-pay', ...part }] },
      headers: { operation: 'upsert' },
    };
    const records = [question, recorded, answered({ output: 1 })];
    expect(callOf(sessionOf(...records))).toMatchObject({ output: 1 });
    const second = answered({ output: 2 });
    expect(callOf(sessionOf(...records, second, recorded))).toMatchObject({
      output: 1,
    });
  });

  it('lists the approvals that are asked for, until somebody answers', () => {
    const session = sessionOf(question, begun, batch('1', 0, asked));
    const { approvals } = session.snapshot;
    expect(approvals).toEqual([{ id: 'ask-1', messageId: 'a1', ...call }]);
    session.apply(batch('1', 2, [start, word('x')]));
    expect(session.snapshot.approvals).toBe(approvals);
    session.apply(runOf('1', { parentId: 'q1', status: 'done' }));
    expect(session.snapshot.approvals).toBe(approvals);
    session.apply(granted());
    session.apply(granted({ approved: false }));
    expect(session.snapshot.approvals).toEqual([]);
    expect(callOf(session)).toMatchObject({
      state: 'approval-responded',
      approval: { id: 'ask-1', approved: true },
    });
  });

  it('has who is there, the agents, and what the app keeps', () => {
    const device = {
      actorId: 'alice',
      name: 'Alice',
      status: 'online',
      expiresAt: 10,
    } as const;
    const phone = presenceRecord({ ...device, deviceId: 'phone' });
    const tab = presenceRecord({ ...device, deviceId: 'tab', expiresAt: 20 });
    const agent = { id: 'critic', name: 'Critic', triggers: 'all' } as const;
    const session = sessionOf(phone, tab, agentRecord(agent));
    const vote = { type: 'vote', key: 'a' };
    const upsert = { operation: 'upsert' } as const;
    const gone = { operation: 'delete' } as const;
    session.applyAppRecord({ ...vote, value: 1, headers: upsert });
    const before = session.snapshot;
    expect(before.presence).toEqual([phone.value, tab.value]);
    expect(before.agents).toEqual([agent]);
    expect(before.records.get('vote')?.get('a')).toBe(1);
    session.dropExpired(10);
    expect(session.snapshot.presence).toEqual([tab.value]);
    expect(session.snapshot.agents).toBe(before.agents);
    expect(session.snapshot.records).toBe(before.records);
    session.apply({ type: 'presence', key: tab.key, headers: gone });
    session.applyAppRecord({ ...vote, headers: gone });
    expect(session.snapshot.presence).toEqual([]);
    expect(session.snapshot.records.get('vote')?.size).toBe(0);
    expect(before.records.get('vote')?.get('a')).toBe(1);
  });
});

describe('a snapshot of SessionState', () => {
  it('is the same object until something in it changes', () => {
    const session = sessionOf(question, begun, batch('1', 0, [start]));
    const { snapshot } = session;
    const idle: readonly LogRecord[] = [
      runOf('1', { parentId: 'q1', at: 9 }),
      batch('1', 0, [start]),
      batch('1', 1, [{ type: 'finish-step' }]),
      batch('7', 0, [start]),
      answered({ messageId: 'unknown' }),
    ];
    for (const record of idle) {
      session.apply(record);
      expect(session.snapshot).toBe(snapshot);
    }
  });

  it('shares all but the message that a chunk is for', () => {
    const session = sessionOf(question, begun, batch('1', 0, [start]));
    const before = session.snapshot;
    session.apply(batch('1', 1, [word('x')]));
    const after = session.snapshot;
    expect(after).not.toBe(before);
    expect({ ...after, messages: undefined }).toEqual({
      ...before,
      messages: undefined,
    });
    for (const field of ['authors', 'runs', 'ends', 'approvals'] as const) {
      expect(after[field]).toBe(before[field]);
    }
    expect(after.messages[0]).toBe(before.messages[0]);
    expect(before.messages[1]?.parts).toMatchObject([{ text: '' }]);
  });

  it('costs no look at the messages that a chunk is not for', () => {
    let looks = 0;
    const watched = <T extends object>(it: T): T =>
      new Proxy(it, {
        get(target, field, receiver): unknown {
          looks += 1;
          return Reflect.get(target, field, receiver);
        },
      });
    const session = sessionOf(question);
    for (let n = 2; n < 500; n += 1) {
      const record = textMessage(`q${n}`, `q${n - 1}`);
      const { value } = record;
      if (value === undefined) throw new Error('There is a value.');
      const parts = value.parts.map(watched);
      session.apply({ ...record, value: { ...value, parts: watched(parts) } });
    }
    session.apply(begun);
    session.apply(batch('1', 0, [start]));
    expect(session.snapshot.messages).toHaveLength(500);
    looks = 0;
    for (let seq = 1; seq < 200; seq += 1) {
      session.apply(batch('1', seq, [word('x ')]));
      expect(session.snapshot.messages).toHaveLength(500);
    }
    session.apply(batch('1', 200, [pending]));
    expect(session.snapshot.messages.at(-1)?.parts).toHaveLength(2);
    expect(looks).toBe(0);
  });
});
