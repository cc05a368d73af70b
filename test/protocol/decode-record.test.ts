import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord } from '../../src/protocol/index.js';
import { arbitraryRecord } from './arbitrary-record.js';
import { runs } from './runs.js';

const messageItem = {
  type: 'message',
  key: 'm1',
  value: {
    id: 'm1',
    role: 'user',
    parts: [{ type: 'text', text: 'Hi' }],
    parentId: null,
    actorId: 'alice',
    createdAt: 1,
  },
  headers: { operation: 'upsert' },
};
const runItem = {
  type: 'run',
  key: 'r1',
  value: {
    id: 'r1',
    messageId: 'm2',
    parentId: 'm1',
    agentId: 'assistant',
    epoch: 7,
    attempt: 1,
    status: 'active',
    at: 2,
    leaseMs: 15_000,
  },
  headers: { operation: 'upsert' },
};
const chunkItem = {
  type: 'chunk',
  key: 'r1:0',
  value: {
    runId: 'r1',
    messageId: 'm2',
    actorId: 'assistant',
    role: 'assistant',
    seq: 0,
    chunks: [{ type: 'start', messageId: 'm2' }],
  },
  headers: { operation: 'insert' },
};
const checkpointItem = {
  type: 'checkpoint',
  key: 'checkpoint',
  value: { offset: '0_1', at: 3 },
  headers: { operation: 'upsert' },
};
const presenceItem = {
  type: 'presence',
  key: 'alice:tab',
  value: {
    actorId: 'alice',
    deviceId: 'tab',
    name: 'Alice',
    status: 'online',
    expiresAt: 4,
  },
  headers: { operation: 'upsert' },
};
const agentItem = {
  type: 'agent',
  key: 'critic',
  value: { id: 'critic', name: 'Critic', triggers: 'all' },
  headers: { operation: 'upsert' },
};
const answerItem = {
  type: 'answer',
  key: 'call-1',
  value: {
    id: 'call-1',
    kind: 'tool-output',
    messageId: 'm2',
    toolCallId: 'call-1',
    actorId: 'alice',
    at: 5,
  },
  headers: { operation: 'insert' },
};
const items = [
  messageItem,
  runItem,
  chunkItem,
  checkpointItem,
  presenceItem,
  agentItem,
  answerItem,
] as const;

/** Values that are wrong in nearly every place. */
const wrongValues: readonly unknown[] = [
  undefined,
  null,
  false,
  -1,
  1.5,
  2 ** 60,
  '',
  'nonsense',
  {},
  [],
  [null],
  [{}],
  [{ type: 1 }],
];

/** Where one of the wrong values is a right one after all. */
const rightValues: Readonly<Record<string, readonly unknown[]>> = {
  parts: [[]],
  chunks: [[]],
  parentId: [null, '', 'nonsense'],
  actorId: ['', 'nonsense'],
  agentId: ['', 'nonsense'],
  name: ['', 'nonsense'],
  messageId: ['', 'nonsense'],
  'answer.messageId': ['nonsense'],
  offset: ['nonsense'],
  // Not wrong as such: only another one than the key names.
  id: ['nonsense'],
  runId: ['nonsense'],
  deviceId: ['nonsense'],
  toolCallId: ['nonsense'],
};

const wrongFor = (type: string, field: string): readonly unknown[] =>
  wrongValues.filter(
    (value) =>
      !(rightValues[`${type}.${field}`] ?? rightValues[field])?.some(
        (right) => JSON.stringify(right) === JSON.stringify(value),
      ),
  );

describe('decodeRecord', () => {
  it('gives back whatever was encoded, equal', () => {
    fc.assert(
      fc.property(arbitraryRecord, (record) => {
        expect(decodeRecord(record)).toEqual({ kind: 'record', record });
      }),
      runs(500),
    );
  });

  it('throws at nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (item) => {
        expect(decodeRecord(item).kind).not.toBe('record');
      }),
      runs(500),
    );
  });

  it('names the field that is wrong, whichever it is', () => {
    for (const item of items) {
      for (const field of Object.keys(item.value)) {
        for (const wrong of wrongFor(item.type, field)) {
          const damaged = { ...item, value: { ...item.value, [field]: wrong } };
          expect
            .soft(decodeRecord(damaged), JSON.stringify(damaged))
            .toEqual({ kind: 'malformed', field: `value.${field}` });
        }
      }
    }
  });

  it.each(items)('refuses a $type without its parts', (item) => {
    expect(decodeRecord({ ...item, key: 1 })).toEqual({
      kind: 'malformed',
      field: 'key',
    });
    expect(decodeRecord({ ...item, key: 'another' })).toEqual({
      kind: 'malformed',
      field: 'key',
    });
    for (const value of [undefined, null, 'text', []]) {
      expect(decodeRecord({ ...item, value })).toEqual({
        kind: 'malformed',
        field: 'value',
      });
    }
    for (const headers of [undefined, null, {}, { operation: 'drop' }]) {
      expect(decodeRecord({ ...item, headers })).toEqual({
        kind: 'malformed',
        field: 'headers.operation',
      });
    }
  });

  it('lets nothing but messages and presence be deleted', () => {
    for (const { type, key } of items) {
      const item = { type, key, headers: { operation: 'delete' } };
      expect(decodeRecord(item)).toEqual(
        type === 'message' || type === 'presence'
          ? { kind: 'record', record: item }
          : { kind: 'malformed', field: 'headers.operation' },
      );
    }
  });

  it('passes over types that it does not know', () => {
    for (const type of ['vote', '__proto__', 'constructor', '']) {
      expect(decodeRecord({ type })).toEqual({ kind: 'unknown-type', type });
    }
  });

  it('names an optional field that is wrong', () => {
    const wrong: readonly [{ readonly value: object }, string][] = [
      [runItem, 'triggerId'],
      [answerItem, 'errorText'],
      [answerItem, 'approved'],
      [answerItem, 'reason'],
    ];
    for (const [item, field] of wrong) {
      const damaged = { ...item, value: { ...item.value, [field]: 1 } };
      expect
        .soft(decodeRecord(damaged))
        .toEqual({ kind: 'malformed', field: `value.${field}` });
    }
  });

  it("hands on the app's own types, whatever their value is", () => {
    const appTypes = new Set(['vote', 'run']);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const headers = { operation: 'upsert' };
        const record = { type: 'vote', key: 'a', value, headers };
        expect(decodeRecord(record, appTypes)).toEqual({ kind: 'app', record });
        expect(decodeRecord(record).kind).toBe('unknown-type');
      }),
      runs(100),
    );
    const gone = { type: 'vote', key: 'a', headers: { operation: 'delete' } };
    expect(decodeRecord(gone, appTypes)).toEqual({ kind: 'app', record: gone });
    expect(decodeRecord(runItem, appTypes).kind).toBe('record');
  });

  it("refuses an app's record without its parts", () => {
    const appTypes = new Set(['vote']);
    const whole = {
      type: 'vote',
      key: 'a',
      value: 1,
      headers: { operation: 'upsert' },
    };
    const wrong = { key: '', value: undefined, headers: { operation: 'drop' } };
    for (const [field, value] of Object.entries(wrong)) {
      expect(decodeRecord({ ...whole, [field]: value }, appTypes)).toEqual({
        kind: 'malformed',
        field: field === 'headers' ? 'headers.operation' : field,
      });
    }
  });

  it('takes what the streams server adds to the headers', () => {
    const headers = { operation: 'insert', offset: '0_9', txid: 'x' };
    expect(decodeRecord({ ...chunkItem, headers }).kind).toBe('record');
  });
});
