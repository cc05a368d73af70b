import { describe, expect, it } from 'vitest';
import { StoredRun } from '../../src/log/stored-run.js';
import type { LogRecord, RunStatus } from '../../src/protocol/index.js';
import { batchOf, namesOf, runOf } from '../protocol/chat-records.js';

const LEASE_MS = 1_000;

/** A run that began at 0, and the clock that it is read by. */
function storedRun() {
  const clock = { now: 0 };
  const { value } = runOf('r', { at: 0, leaseMs: LEASE_MS });
  const stored = new StoredRun(value, '1', () => clock.now);
  const accept = (offset: string | undefined, ...records: LogRecord[]): void =>
    stored.accept(JSON.stringify(records), offset);
  const tell = (at: number, status: RunStatus = 'active'): LogRecord =>
    runOf('r', { at, leaseMs: LEASE_MS, status });
  return { clock, stored, accept, tell };
}

describe('a run as it is stored', () => {
  it('has the chunks that were accepted, each once', () => {
    const { stored, accept } = storedRun();
    expect(stored.run).toMatchObject({ status: 'active', chunks: [] });
    accept('2', batchOf('r', 0, ['a', 'b']));
    expect(namesOf(stored.run?.chunks)).toEqual(['a', 'b']);
    expect(stored.offset).toBe('2');
    accept('3', batchOf('r', 2, ['c']), batchOf('r', 2, ['c']));
    accept('4', batchOf('r', 3, ['d']));
    expect(namesOf(stored.run?.chunks)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps its offset where an accepted append does not name its own', () => {
    const { stored, accept } = storedRun();
    accept(undefined, batchOf('r', 0, ['a']));
    expect(stored.offset).toBe('1');
    expect(namesOf(stored.run?.chunks)).toEqual(['a']);
  });

  it('tells of each change', async () => {
    const { stored, accept } = storedRun();
    const changes = [stored.nextChange()];
    accept('2', batchOf('r', 0, ['a']));
    changes.push(stored.nextChange());
    stored.close();
    await expect(Promise.all(changes)).resolves.toHaveLength(2);
  });

  it('is read elsewhere once its lease is over, until it is renewed', () => {
    const { clock, stored, accept, tell } = storedRun();
    clock.now = LEASE_MS;
    expect(stored.run).toBeDefined();
    clock.now += 1;
    expect(stored.run).toBeUndefined();
    accept('2', tell(clock.now));
    expect(stored.run).toBeDefined();
  });

  it('is read elsewhere where it is not written any more', () => {
    const { stored } = storedRun();
    stored.close();
    expect(stored.run).toBeUndefined();
  });

  it('is read to its end where that was accepted, however late', () => {
    const { clock, stored, accept, tell } = storedRun();
    accept('2', batchOf('r', 0, ['a']), tell(1, 'done'));
    stored.close();
    clock.now = 10 * LEASE_MS;
    expect(stored.run?.status).toBe('done');
    expect(namesOf(stored.run?.chunks)).toEqual(['a']);
  });

  const large = (seq: number): LogRecord =>
    batchOf(
      'r',
      seq,
      Array.from({ length: 600 }, () => 'x'.repeat(1_000)),
    );

  it('is read elsewhere where it grew large before anybody read it', () => {
    const { stored, accept, tell } = storedRun();
    accept('2', large(0));
    accept('3', large(600));
    expect(stored.run).toBeUndefined();
    accept('4', batchOf('r', 1_200, ['a']), tell(1));
    expect(stored.run).toBeUndefined();
  });

  it('is kept for who reads it, however large it grows', () => {
    const { stored, accept } = storedRun();
    accept('2', large(0));
    expect(stored.run?.chunks).toHaveLength(600);
    accept('3', large(600));
    expect(stored.run?.chunks).toHaveLength(1_200);
  });
});
