import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HistoryOrder, markedAsInLog } from '../../../src/log/history-order.js';
import type { ReadRecord } from '../../../src/log/index.js';
import {
  checkpointRecord,
  type LogRecord,
} from '../../../src/protocol/index.js';
import { orderedRecords } from '../../../src/server/session/ordered-records.js';
import {
  applySessionRecord,
  emptySessionState,
} from '../../../src/server/session/session-state.js';
import { arbitraryAnswer } from '../../protocol/arbitrary-answer.js';
import { overTheWire } from '../../protocol/fold-message.js';
import { runs } from '../../protocol/runs.js';
import { actions, GrowingLog, step } from '../../session/growing-log.js';

/** What decides which messages are shown, where, and what is still to be done. */
function orderIn(records: readonly ReadRecord[]) {
  const state = emptySessionState();
  for (const record of records) applySessionRecord(state, record);
  const { list, places, edits } = state;
  return {
    messages: list.messages.map(({ value, ...listed }) => ({
      ...listed,
      value: listed.role === 'user' ? value : undefined,
      isEmpty: (value?.parts.length ?? 0) === 0,
    })),
    runs: [...list.runs],
    // Where they are does not matter, but that one came before the other.
    places: [...places]
      .toSorted(([, one], [, other]) => one - other)
      .map(([id]) => id),
    edits: [...edits],
  };
}

/** A part of a history as it is read again. */
function keep(
  order: HistoryOrder,
  tail: readonly LogRecord[],
  { since, offset }: { readonly since: string; readonly offset: string },
): void {
  const records = [
    ...orderedRecords(tail).map(markedAsInLog),
    checkpointRecord({ since, offset, at: 1, appTypes: [] }),
  ];
  // CAST: what was written is what is read.
  for (const one of overTheWire(records)) order.take(one as ReadRecord);
}

describe('the records that a history keeps of a session', () => {
  it('fold to the same list as the whole log, wherever the checkpoints are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.array(arbitraryAnswer(10), { minLength: 1, maxLength: 2 }),
        fc.array(fc.nat(60), { maxLength: 4 }),
        async (steps, answers, cuts) => {
          const log = new GrowingLog(answers);
          for (const one of steps) await actions[one.action]?.(log, one);
          const { records } = log;
          const order = new HistoryOrder();
          let end = 0;
          for (const cut of cuts.toSorted((one, other) => one - other)) {
            if (cut <= end || cut > records.length) continue;
            const place = { since: offsetOf(end), offset: offsetOf(cut) };
            keep(order, records.slice(end, cut), place);
            end = cut;
          }
          const kept = order.upTo(offsetOf(end));
          if (kept === undefined) throw new Error('Something is missing.');
          const rest = [...kept, ...records.slice(end)];
          expect(orderIn(rest)).toEqual(orderIn(records));
        },
      ),
      runs(300),
    );
  });
});

const offsetOf = (place: number): string =>
  place === 0 ? '-1' : String(place).padStart(5, '0');
