import { createCollection } from '@tanstack/db';
import type { DurableSessionSnapshot } from 'ai-durable-transport/session';
import { messagesCollectionOptions } from 'ai-durable-transport/tanstack-db';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeChunkRecord, type LogRecord } from '../../src/protocol/index.js';
import { SessionState } from '../../src/session/session-state.js';
import { changedRows } from '../../src/tanstack-db/changed-rows.js';
import { runOf, textMessage } from '../protocol/chat-records.js';

interface Row {
  readonly id: string;
}
const getKey = ({ id }: Row): string => id;

/** Some rows of ids `0` to `9`, each maybe another one than in the list before. */
const rowsOf = (pool: readonly Row[]): fc.Arbitrary<readonly Row[]> =>
  fc.shuffledSubarray([...Array(10).keys()]).chain((picked) =>
    fc
      .array(fc.boolean(), {
        minLength: picked.length,
        maxLength: picked.length,
      })
      .map((isSame) =>
        picked.map((number, index) => {
          const known = pool[number];
          return isSame[index] && known ? known : { id: String(number) };
        }),
      ),
  );

const POOL: readonly Row[] = Array.from({ length: 10 }, (_, number) => ({
  id: String(number),
}));

describe('the rows that changed', () => {
  it('make of any rows any others, and are none that are the same', () => {
    fc.assert(
      fc.property(rowsOf(POOL), rowsOf(POOL), (before, after) => {
        const rows = new Map(before.map((row) => [row.id, row]));
        for (const change of changedRows(before, after, getKey)) {
          const key = change.type === 'delete' ? change.key : change.value.id;
          expect(rows.has(key)).toBe(change.type !== 'insert');
          const row = change.type === 'delete' ? undefined : change.value;
          expect(rows.get(key)).not.toBe(row);
          rows.delete(key);
          if (row !== undefined) rows.set(key, row);
        }
        expect([...rows.values()].toSorted(byId)).toEqual(
          [...after].toSorted(byId),
        );
        for (const row of after) expect(rows.get(row.id)).toBe(row);
      }),
    );
  });
});

const byId = (one: Row, other: Row): number => one.id.localeCompare(other.id);

/** A session that is fed by hand. */
function feed() {
  const state = new SessionState();
  const listeners = new Set<() => void>();
  let snapshot: DurableSessionSnapshot | undefined;
  return {
    session: {
      getSnapshot: () =>
        (snapshot ??= {
          ...state.snapshot,
          unsent: [],
          status: 'ready',
          connection: 'connected',
          error: undefined,
          actorId: 'ann',
        }),
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      send: () => Promise.resolve(),
      edit: () => Promise.resolve(),
    },
    tell: (...records: readonly LogRecord[]) => {
      for (const record of records) state.apply(record);
      snapshot = undefined;
      for (const listener of listeners) listener();
    },
  };
}

function chunk(seq: number): LogRecord {
  const head = { runId: 'r', messageId: 'ar', actorId: 'assistant', seq };
  const start = { type: 'text-start', id: '0' };
  const word = { type: 'text-delta', id: '0', delta: `word ${seq} ` };
  const text = JSON.stringify(seq === 0 ? start : word);
  // CAST: `JSON.parse` gives back the record that was written.
  return JSON.parse(encodeChunkRecord(head, [text])) as LogRecord;
}

describe('a chunk', () => {
  it.each([10, 2_000])(
    'changes one row of one collection in a session of %i messages',
    async (count) => {
      const { session, tell } = feed();
      const messages = createCollection(messagesCollectionOptions({ session }));
      const ids = Array.from({ length: count }, (_, index) => `q${index}`);
      tell(...ids.map((id) => textMessage(id)));
      await messages.preload();
      tell(runOf('r', { parentId: ids.at(-1) ?? null }), chunk(0));
      expect(messages.size).toBe(count + 1);
      const rows = new Map(messages.entries());
      const told: string[] = [];
      messages.subscribeChanges(
        (changes) => {
          told.push(changes.map(({ type, key }) => `${type} ${key}`).join());
        },
        { includeInitialState: true },
      );
      // All that was there already.
      expect(told.splice(0)).toHaveLength(1);
      for (let seq = 1; seq <= 20; seq += 1) tell(chunk(seq));
      expect(told).toEqual(Array(20).fill('update ar'));
      const same = ids.filter((id) => messages.get(id) === rows.get(id));
      expect(same).toHaveLength(count);
      expect(messages.get('ar')?.parts).toMatchObject([
        { type: 'text', text: expect.stringMatching(/^word 1 .* word 20 $/) },
      ]);
    },
  );
});
