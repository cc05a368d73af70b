import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Appender, type StreamTarget } from '../../src/log/index.js';
import { QUICK } from './log-fixtures.js';

const INTERVAL_MS = 40;
const APPEND_MS = 10;

/** A server that takes its time; and when which appends began. */
function slowTarget(): StreamTarget & {
  readonly appends: { readonly at: number; readonly body: string }[];
} {
  const appends: { at: number; body: string }[] = [];
  const began = Date.now();
  return {
    url: 'http://streams/log',
    appends,
    fetch: async (input, init) => {
      const at = Date.now() - began;
      appends.push({ at, body: await new Request(input, init).text() });
      const headers = { 'stream-next-offset': `${appends.length}` };
      return new Promise((resolve) => {
        setTimeout(() => resolve(new Response(null, { headers })), APPEND_MS);
      });
    },
  };
}

describe('Appender, as to when it appends', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = (
    flushIntervalMs: number | (() => number) = INTERVAL_MS,
  ): {
    readonly target: ReturnType<typeof slowTarget>;
    readonly write: (text: string) => void;
    readonly appender: Appender;
  } => {
    const target = slowTarget();
    let pending = '';
    const appender = new Appender({
      target,
      producer: { id: 'assistant', epoch: 1 },
      flushIntervalMs,
      nextBatch: () => {
        const batch = pending === '' ? undefined : pending;
        pending = '';
        return batch;
      },
      onEnd: (reason) => expect(reason).toBe('no end'),
      retry: QUICK,
    });
    const write = (text: string): void => {
      pending += text;
      appender.wake();
    };
    return { target, write, appender };
  };

  it('begins in a fresh macrotask, with all that the tick brought', async () => {
    const { target, write } = start();
    write('a');
    await Promise.resolve();
    write('b');
    expect(target.appends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(target.appends).toMatchObject([{ body: 'ab' }]);
  });

  it('appends once an interval, counted from the end of an append', async () => {
    const { target, write } = start();
    for (const letter of 'abcdefghijklmnop') {
      write(letter);
      await vi.advanceTimersByTimeAsync(10);
    }
    const starts = target.appends.map(({ at }) => at);
    const pauses = starts
      .slice(1)
      .map((at, index) => at - Number(starts[index]));
    expect(pauses.length).toBeGreaterThan(1);
    for (const pause of pauses) expect(pause).toBe(APPEND_MS + INTERVAL_MS);
  });

  it('does not let data wait that comes after a quiet time', async () => {
    const { target, write } = start();
    write('a');
    await vi.advanceTimersByTimeAsync(1_000);
    write('b');
    await vi.advanceTimersByTimeAsync(1);
    expect(target.appends).toHaveLength(2);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks for the interval each time, where it is a function', async () => {
    const pauses = [100, 200];
    const { target, write } = start(() => pauses.shift() ?? 0);
    write('a');
    await vi.advanceTimersByTimeAsync(5);
    for (const letter of 'bcd') {
      write(letter);
      await vi.advanceTimersByTimeAsync(APPEND_MS + 200);
    }
    const [a = 0, b = 0, c = 0] = target.appends.map(({ at }) => at);
    expect([b - a, c - b]).toEqual([APPEND_MS + 100, APPEND_MS + 200]);
  });

  it('flushes without a pause, one append at a time', async () => {
    const { target, write, appender } = start();
    write('a');
    await vi.advanceTimersByTimeAsync(APPEND_MS + 5);
    write('b');
    const flushed = appender.flush();
    write('c');
    const flushedAgain = appender.flush();
    await vi.advanceTimersByTimeAsync(2 * APPEND_MS);
    await Promise.all([flushed, flushedAgain]);
    const bodies = target.appends.map(({ body }) => body);
    expect(bodies).toEqual(['a', 'b', 'c']);
  });

  it('does not forget what comes in the very moment of a flush', async () => {
    const { target, write, appender } = start();
    const later = appender.flush().then(() => {
      write('a');
      return appender.flush();
    });
    await vi.advanceTimersByTimeAsync(APPEND_MS + 1);
    await later;
    write('b');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(target.appends.map(({ body }) => body)).toEqual(['a', 'b']);
  });

  it('leaves no timer when it is stopped', async () => {
    const { write, appender } = start();
    write('a');
    await vi.advanceTimersByTimeAsync(5);
    write('b');
    appender.stop();
    await vi.advanceTimersByTimeAsync(APPEND_MS);
    expect(vi.getTimerCount()).toBe(0);
  });
});
