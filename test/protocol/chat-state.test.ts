import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activeRuns,
  applyLogRecord,
  newestRun,
  nextEpoch,
  plainMessage,
  type LogRecord,
} from '../../src/protocol/index.js';
import { arbitraryRecord } from './arbitrary-record.js';
import {
  batchOf,
  chatOf,
  namesOf,
  runOf,
  textMessage,
} from './chat-records.js';
import { runs } from './runs.js';

describe('a run', () => {
  it('has the chunks of its batches, in order', () => {
    const state = chatOf([
      runOf('1'),
      batchOf('1', 0, ['a', 'b']),
      batchOf('1', 2, ['c']),
    ]);
    const run = state.runs.get('1');
    expect(namesOf(run?.chunks)).toEqual(['a', 'b', 'c']);
    expect(run).toMatchObject({ status: 'active', terminal: false });
    expect(state.skipped).toBe(0);
  });

  it('counts a batch once that the log holds twice, or in part', () => {
    const state = chatOf([
      runOf('1'),
      batchOf('1', 0, ['a', 'b']),
      batchOf('1', 0, ['a', 'b']),
      batchOf('1', 1, ['b', 'c']),
      batchOf('1', 2, ['c']),
    ]);
    expect(namesOf(state.runs.get('1')?.chunks)).toEqual(['a', 'b', 'c']);
    expect(state.skipped).toBe(0);
  });

  it('ends before a gap, and counts what came after it', () => {
    const state = chatOf([
      runOf('1'),
      batchOf('1', 0, ['a']),
      batchOf('1', 5, ['f']),
      batchOf('1', 6, ['g']),
    ]);
    expect(namesOf(state.runs.get('1')?.chunks)).toEqual(['a']);
    expect(state.skipped).toBe(2);
  });

  it('has no more chunks after its end', () => {
    const state = chatOf([
      runOf('1'),
      batchOf('1', 0, ['a']),
      runOf('1', { status: 'done' }),
      batchOf('1', 1, ['late']),
    ]);
    expect(namesOf(state.runs.get('1')?.chunks)).toEqual(['a']);
    expect(state.runs.get('1')).toMatchObject({
      status: 'done',
      terminal: true,
    });
  });

  it('ends as its first end says', () => {
    const state = chatOf([
      runOf('1'),
      runOf('1', { status: 'interrupted', error: 'first' }),
      runOf('1', { status: 'done', error: 'second' }),
    ]);
    const run = state.runs.get('1');
    expect(run?.status).toBe('interrupted');
    expect(run?.value.error).toBe('first');
  });

  it('lives on by its heartbeats', () => {
    const state = chatOf([runOf('1', { at: 1 }), runOf('1', { at: 500 })]);
    expect(state.runs.get('1')?.value.at).toBe(500);
    expect(activeRuns(state)).toHaveLength(1);
  });

  it('ignores chunks of a run that nobody began', () => {
    const state = chatOf([batchOf('1', 0, ['a'])]);
    expect(state.runs.size).toBe(0);
  });

  it('writes into the message that its source names', () => {
    const state = chatOf([runOf('1'), runOf('1', { messageId: 'source' })]);
    expect([...state.writers.keys()]).toEqual(['source']);
  });

  it('leaves the message to its writer when it takes another for its own', () => {
    const state = chatOf([
      runOf('1', { agentId: 'one', messageId: 'shared' }),
      runOf('2', { agentId: 'two', messageId: 'shared' }),
      runOf('1', { agentId: 'one', messageId: 'own' }),
    ]);
    expect(state.writers.get('shared')?.value.id).toBe('2');
    expect(state.writers.get('own')?.value.id).toBe('1');
  });
});

describe('a newer run of the same agent', () => {
  const superseded: readonly LogRecord[] = [
    runOf('1'),
    batchOf('1', 0, ['a']),
    runOf('2', { epoch: 2 }),
    batchOf('1', 1, ['zombie']),
    batchOf('2', 0, ['b']),
  ];

  it('stops the older one, whose chunks count no more', () => {
    const state = chatOf(superseded);
    expect(state.runs.get('1')?.status).toBe('stopped');
    expect(state.runs.get('1')?.terminal).toBe(false);
    expect(namesOf(state.runs.get('1')?.chunks)).toEqual(['a']);
    expect(namesOf(state.runs.get('2')?.chunks)).toEqual(['b']);
    expect(activeRuns(state).map(({ value }) => value.id)).toEqual(['2']);
  });

  it('leaves the older one stopped, whatever it says later', () => {
    const late = runOf('1', { status: 'done' });
    const state = chatOf([...superseded, late]);
    expect(state.runs.get('1')).toMatchObject({
      status: 'stopped',
      terminal: true,
    });
  });

  it('leaves other agents alone', () => {
    const state = chatOf([
      runOf('1', { agentId: 'one' }),
      runOf('2', { agentId: 'two' }),
    ]);
    expect(activeRuns(state)).toHaveLength(2);
  });

  it('comes under a larger epoch than any before it', () => {
    const state = chatOf([runOf('1', { epoch: 900 })]);
    expect(nextEpoch(state, 'assistant', 100)).toBe(901);
    expect(nextEpoch(state, 'another', 100)).toBe(100);
  });
});

describe('a run that was stopped before it began', () => {
  const tombstone = runOf('1', {
    attempt: 0,
    messageId: '',
    epoch: 0,
    status: 'stopped',
    idempotencyKey: 'key',
  });

  it('ends nothing, writes nothing, and is not the newest', () => {
    const state = chatOf([runOf('2'), tombstone]);
    expect(state.runs.get('1')).toMatchObject({ status: 'stopped' });
    expect(activeRuns(state).map(({ value }) => value.id)).toEqual(['2']);
    expect(newestRun(state)?.value.id).toBe('2');
    expect(state.writers.has('')).toBe(false);
  });
});

describe('a message', () => {
  it('is what was recorded last', () => {
    const state = chatOf([
      textMessage('q1', null, 'first'),
      textMessage('q1', null, 'edited'),
    ]);
    expect(state.messages.get('q1')?.parts).toEqual([
      { type: 'text', text: 'edited' },
    ]);
  });

  it('is gone when it was deleted', () => {
    const deleted: LogRecord = {
      type: 'message',
      key: 'q1',
      headers: { operation: 'delete' },
    };
    const state = chatOf([textMessage('q1'), deleted]);
    expect(state.messages.size).toBe(0);
    expect(state.recorded.size).toBe(0);
  });

  it('is the base of a run that goes on with it', () => {
    const state = chatOf([
      runOf('1', { messageId: 'a1' }),
      runOf('1', { messageId: 'a1', status: 'done' }),
      textMessage('a1', 'q1', 'so far'),
      runOf('2', { messageId: 'a1' }),
    ]);
    expect(state.runs.get('2')?.base).toEqual({
      id: 'a1',
      role: 'assistant',
      parts: [{ type: 'text', text: 'so far' }],
    });
    expect(state.writers.get('a1')?.value.id).toBe('2');
  });

  it('holds all that runs have written, once it is recorded', () => {
    const state = chatOf([runOf('1'), textMessage('a1')]);
    expect(state.writers.has('a1')).toBe(false);
  });

  it('is no base where only the history has it', () => {
    const state = chatOf([runOf('1')], [textMessage('a1')]);
    expect(state.runs.get('1')?.base).toBeUndefined();
  });

  it('loses what the record adds to it', () => {
    const { value } = textMessage('q1');
    expect(value && plainMessage(value)).toEqual({
      id: 'q1',
      role: 'user',
      parts: [{ type: 'text', text: 'q1' }],
    });
  });
});

describe('the fold', () => {
  it('comes to the same when batches are written twice', () => {
    const log = fc.array(fc.array(fc.constantFrom('a', 'b', 'c')), {
      minLength: 1,
    });
    fc.assert(
      fc.property(log, fc.infiniteStream(fc.boolean()), (batches, twice) => {
        let seq = 0;
        const once = batches.map((names) => {
          const record = batchOf('1', seq, names);
          seq += names.length;
          return record;
        });
        const doubled = once.flatMap((record) =>
          twice.next().value === true ? [record, record] : [record],
        );
        const [clean, state] = [once, doubled].map((records) =>
          chatOf([runOf('1'), ...records]),
        );
        expect(state?.runs.get('1')?.chunks).toEqual(
          clean?.runs.get('1')?.chunks,
        );
        expect(state?.skipped).toBe(0);
      }),
      runs(200),
    );
  });

  it('has at most one active run an agent, and throws at nothing', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 30 }), (records) => {
        const state = chatOf([]);
        for (const record of records) {
          applyLogRecord(state, record);
          const agents = activeRuns(state).map(({ value }) => value.agentId);
          expect(new Set(agents).size).toBe(agents.length);
        }
      }),
      runs(200),
    );
  });
});
