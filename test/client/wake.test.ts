// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  delta,
  finishRun,
  readStream,
  scriptedTransport,
  START,
} from './transport-fixtures.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function show(state: 'visible' | 'hidden'): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

function goOnline(isOnline: boolean): void {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(isOnline);
  window.dispatchEvent(new Event(isOnline ? 'online' : 'offline'));
}

async function begun() {
  const scripted = scriptedTransport();
  const sent = scripted.send();
  const first = await scripted.next();
  first.open('r1');
  const reading = readStream(await sent);
  first.chunk(START, '1.r1');
  first.chunk(delta('one '), '2.r1');
  await vi.advanceTimersByTimeAsync(0);
  return { ...scripted, first, reading };
}

/** Time passes, but no timer fires: the page is frozen. */
function freeze(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

const TEN_MINUTES = 600_000;

describe('a page that comes back', () => {
  it('[A11] reconnects once after ten minutes in the background', async () => {
    const { first, next, reading, exchanges } = await begun();
    show('hidden');
    freeze(TEN_MINUTES);
    show('visible');
    window.dispatchEvent(new Event('pageshow'));
    const second = await next();
    expect(first.isOver).toBe(true);
    finishRun(second, 2);
    expect(await reading.ended).toBeUndefined();
    expect(reading.texts).toEqual(['start', 'one ', 'three']);
    expect(exchanges).toHaveLength(2);
  });

  it('does not reconnect where its connection is well', async () => {
    const { first, reading, exchanges } = await begun();
    show('hidden');
    for (let beats = 0; beats < 60; beats += 1) {
      first.heartbeat();
      await vi.advanceTimersByTimeAsync(10_000);
    }
    show('visible');
    first.done();
    expect(await reading.ended).toBeUndefined();
    expect(exchanges).toHaveLength(1);
  });

  it.each([
    ['becomes visible', () => show('visible')],
    [
      'comes out of the cache',
      () => window.dispatchEvent(new Event('pageshow')),
    ],
    ['is online again', () => goOnline(true)],
  ])('tries at once when it %s', async (_, wake) => {
    const { first, next, reading } = await begun();
    first.cut();
    for (let tries = 0; tries < 5; tries += 1) {
      (await next()).cut();
      await vi.advanceTimersByTimeAsync(tries === 4 ? 0 : 125 * 2 ** tries);
    }
    const before = Date.now();
    wake();
    finishRun(await next(), 2);
    expect(Date.now()).toBe(before);
    expect(await reading.ended).toBeUndefined();
  });

  it('takes up a post that was sent before it went away', async () => {
    const { send, next } = scriptedTransport();
    const sent = send();
    const first = await next();
    show('hidden');
    freeze(TEN_MINUTES);
    show('visible');
    const second = await next();
    expect(first.isOver).toBe(true);
    expect(second.headers.get('idempotency-key')).toBe(
      first.headers.get('idempotency-key'),
    );
    finishRun(second, 0);
    expect(await readStream(await sent).ended).toBeUndefined();
  });

  it('has not given up while nobody looked, or without a network', async () => {
    const { first, next, reading, transport } = await begun();
    goOnline(false);
    first.cut();
    let isBack = false;
    void (async () => {
      for (;;) {
        const exchange = await next();
        if (isBack) finishRun(exchange, 2);
        else exchange.cut();
      }
    })();
    await vi.advanceTimersByTimeAsync(TEN_MINUTES);
    expect(transport.connection.getSnapshot()).toBe('offline');
    isBack = true;
    goOnline(true);
    expect(await reading.ended).toBeUndefined();
  });

  it('listens to nothing once its stream is over', async () => {
    const added = vi.spyOn(window, 'addEventListener');
    const { first, reading, exchanges } = await begun();
    expect(added).toHaveBeenCalled();
    first.done();
    await reading.ended;
    freeze(TEN_MINUTES);
    goOnline(true);
    show('visible');
    await vi.advanceTimersByTimeAsync(TEN_MINUTES);
    expect(exchanges).toHaveLength(1);
  });
});
