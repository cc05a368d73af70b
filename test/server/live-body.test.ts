import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LiveBody } from '../../src/server/live-body.js';

/** What the body gives, piece by piece, `null` at its end. */
function piecesOf(body: LiveBody): () => Promise<string | null> {
  const reader = body.stream.getReader();
  const decoder = new TextDecoder();
  return async () => {
    const { done, value } = await reader.read();
    return done ? null : decoder.decode(value, { stream: true });
  };
}

function open(): { body: LiveBody; next: () => Promise<string | null> } {
  vi.useFakeTimers({ now: 1_000 });
  onTestFinished(() => void vi.useRealTimers());
  const body = new LiveBody(10_000);
  return { body, next: piecesOf(body) };
}

const cursor = (name: string) => () => name;

describe('the live branch', () => {
  it('sends a frame that comes alone at once, with its id', async () => {
    const { body, next } = open();
    body.push('1', cursor('a'));
    expect(await next()).toBe('data: 1\nid: a\n\n');
    vi.setSystemTime(1_001);
    body.push('2', cursor('b'));
    expect(await next()).toBe('data: 2\nid: b\n\n');
  });

  it('gathers what follows within the same millisecond, under one id', async () => {
    const { body, next } = open();
    for (const name of ['1', '2', '3']) body.push(name, cursor(name));
    expect(await next()).toBe('data: 1\nid: 1\n\n');
    const rest = next();
    vi.advanceTimersByTime(1);
    expect(await rest).toBe('data: 2\n\ndata: 3\nid: 3\n\n');
  });

  it('sends what was gathered with the first frame of a later millisecond', async () => {
    const { body, next } = open();
    for (const name of ['1', '2']) body.push(name, cursor(name));
    vi.setSystemTime(1_001);
    body.push('3', cursor('3'));
    await next();
    expect(await next()).toBe('data: 2\n\ndata: 3\nid: 3\n\n');
  });

  it('confirms what has a cursor before what has none', async () => {
    const { body, next } = open();
    body.push('1', cursor('1'));
    body.push('2', cursor('2'));
    body.push('end');
    body.end();
    await next();
    expect(await next()).toBe(
      'data: 2\nid: 2\n\ndata: end\n\ndata: [DONE]\n\n',
    );
    expect(await next()).toBeNull();
  });

  it('holds no more than 64 kB back', async () => {
    const { body, next } = open();
    const large = 'x'.repeat(40_000);
    for (const name of ['1', large, large]) body.push(name, cursor('c'));
    await next();
    expect((await next())?.length).toBeGreaterThan(80_000);
  });

  it('sends what was gathered before it is cut', async () => {
    const { body, next } = open();
    for (const name of ['1', '2']) body.push(name, cursor(name));
    body.cut();
    await next();
    expect(await next()).toBe('data: 2\nid: 2\n\n');
    expect(await next()).toBeNull();
  });

  it('leaves no timer behind when its reader has gone', async () => {
    vi.useFakeTimers({ now: 1_000 });
    onTestFinished(() => void vi.useRealTimers());
    const body = new LiveBody(10_000);
    for (const name of ['1', '2']) body.push(name, cursor(name));
    await body.stream.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends a reader away that lags by more than a megabyte', async () => {
    const { body, next } = open();
    const large = 'x'.repeat(400_000);
    for (let time = 1_001; time < 1_006; time += 1) {
      vi.setSystemTime(time);
      body.push(large, cursor('c'));
    }
    expect(body.isOpen).toBe(false);
    const sizes: number[] = [];
    for (let some = await next(); some !== null; some = await next()) {
      sizes.push(some.length);
    }
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_700_000);
  });
});
