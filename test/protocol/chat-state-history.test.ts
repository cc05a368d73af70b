import { describe, expect, it } from 'vitest';
import {
  checkpointRecord,
  newestRun,
  type LogRecord,
} from '../../src/protocol/index.js';
import {
  batchOf,
  chatOf,
  namesOf,
  runOf,
  textMessage,
} from './chat-records.js';

describe('the history', () => {
  const history: readonly LogRecord[] = [
    textMessage('q1'),
    textMessage('a1', 'q1'),
    runOf('1', { status: 'done' }),
    checkpointRecord({ offset: '0_5', at: 9 }),
  ];

  it('gives messages, ended runs and the place to go on from', () => {
    const state = chatOf([], history);
    expect([...state.messages.keys()]).toEqual(['q1', 'a1']);
    expect(state.checkpoint).toBe('0_5');
    expect(state.recorded.size).toBe(0);
    expect(state.runs.get('1')).toMatchObject({
      status: 'done',
      terminal: true,
      replayable: false,
    });
  });

  it('gives way to a log that is read again from before the checkpoint', () => {
    const log = [
      runOf('1'),
      batchOf('1', 0, ['a']),
      runOf('1', { status: 'done' }),
    ];
    const run = chatOf(log, history).runs.get('1');
    expect(run).toMatchObject({ status: 'done', replayable: true });
    expect(namesOf(run?.chunks)).toEqual(['a']);
  });

  it('keeps its message when the end of its run is told again', () => {
    const state = chatOf([runOf('1', { status: 'interrupted' })], history);
    expect(state.runs.get('1')).toMatchObject({
      status: 'done',
      replayable: false,
    });
    expect(state.writers.has('a1')).toBe(false);
  });

  it('ignores late chunks of a run that it knows', () => {
    const state = chatOf([batchOf('1', 0, ['late'])], history);
    expect(namesOf(state.runs.get('1')?.chunks)).toEqual([]);
  });

  it('takes the checkpoint that was written last', () => {
    const later = checkpointRecord({ offset: '0_3', at: 10 });
    expect(chatOf([], [...history, later]).checkpoint).toBe('0_3');
    // In a log it means nothing.
    expect(chatOf([later]).checkpoint).toBeUndefined();
  });

  it('has the newest run where the log has none', () => {
    const state = chatOf([], [...history, runOf('2', { status: 'failed' })]);
    expect(newestRun(state)?.value.id).toBe('2');
  });
});
