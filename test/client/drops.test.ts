import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Exchange } from './scripted-fetch.js';
import {
  delta,
  finishRun,
  readStream,
  rejectionOf,
  scriptedTransport,
  START,
} from './transport-fixtures.js';

const HALF = 0.5;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(HALF);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A run that has sent its start and two tokens. */
async function begun(options = {}) {
  const scripted = scriptedTransport(options);
  const sent = scripted.send();
  const first = await scripted.next();
  first.open('r1');
  const reading = readStream(await sent);
  first.chunk(START, '1.r1');
  first.chunk(delta('one '), '2.r1.0_7');
  first.chunk(delta('two '), '3.r1.0_7');
  await vi.advanceTimersByTimeAsync(0);
  return { ...scripted, first, reading };
}

describe('a drop', () => {
  it('is invisible: the rest follows, from the last cursor', async () => {
    const { first, next, reading, transport } = await begun();
    expect(transport.connection.getSnapshot()).toBe('connected');
    first.cut();
    const second = await next();
    expect(transport.connection.getSnapshot()).toBe('reconnecting');
    expect(second.method).toBe('GET');
    expect(second.url).toBe('/chat/c1/stream');
    expect(second.headers.get('last-event-id')).toBe('3.r1.0_7');
    finishRun(second, 3);
    expect(await reading.ended).toBeUndefined();
    expect(reading.texts).toEqual(['start', 'one ', 'two ', 'three']);
    expect(transport.connection.getSnapshot()).toBe('idle');
  });

  it.each([
    ['an end without [DONE]', (exchange: Exchange) => exchange.end()],
    ['half a frame', (exchange: Exchange) => halfFrame(exchange)],
    [
      'Safari’s words for it',
      (exchange: Exchange) => exchange.cut(new TypeError('Load failed')),
    ],
    [
      'an error of no known kind',
      (exchange: Exchange) => exchange.cut(new Error('whatever')),
    ],
  ])('is also %s', async (_, drop) => {
    const { first, next, reading } = await begun();
    drop(first);
    const second = await next();
    expect(second.headers.get('last-event-id')).toBe('3.r1.0_7');
    finishRun(second, 3);
    await reading.ended;
    expect(reading.texts).toEqual(['start', 'one ', 'two ', 'three']);
  });

  it('is silence for stallTimeoutMs, which heartbeats break', async () => {
    const { first, exchanges, next, reading } = await begun();
    for (let beats = 0; beats < 10; beats += 1) {
      await vi.advanceTimersByTimeAsync(20_000);
      first.heartbeat();
    }
    await vi.advanceTimersByTimeAsync(24_000);
    expect(exchanges).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    const second = await next();
    expect(first.isOver).toBe(true);
    finishRun(second, 3);
    expect(await reading.ended).toBeUndefined();
  });

  it('is an answer to a reconnect that never comes', async () => {
    const { first, next, reading } = await begun();
    first.cut();
    const second = await next();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(second.isOver).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    finishRun(await next(), 3);
    expect(await reading.ended).toBeUndefined();
  });

  it('is tried again at once, then with longer and longer waits', async () => {
    const { first, exchanges, next } = await begun();
    first.cut();
    const waits: number[] = [];
    for (let tries = 0; tries < 9; tries += 1) {
      const exchange = await next();
      const before = exchanges.length;
      exchange.cut();
      const started = Date.now();
      while (exchanges.length === before) {
        await vi.advanceTimersByTimeAsync(125);
      }
      waits.push(Date.now() - started);
    }
    expect(waits).toEqual([
      125, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000,
    ]);
  });

  it('does not become a hot loop where connections only open', async () => {
    const { first, exchanges, next } = await begun();
    first.cut();
    void (async () => {
      for (;;) {
        const exchange = await next();
        exchange.open('r1');
        exchange.end();
      }
    })();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(exchanges.length).toBeGreaterThan(5);
    expect(exchanges.length).toBeLessThan(25);
  });

  it('costs nothing where a proxy ends each connection in time', async () => {
    const { first, next, reading, exchanges } = await begun();
    let exchange = first;
    for (let turns = 3; turns < 100; turns += 1) {
      exchange.end();
      exchange = await next();
      exchange.open('r1');
      exchange.chunk(delta(''), `${turns + 1}.r1`);
      await vi.advanceTimersByTimeAsync(0);
    }
    exchange.done();
    expect(await reading.ended).toBeUndefined();
    expect(exchanges).toHaveLength(98);
  });
});

function halfFrame(exchange: Exchange): void {
  exchange.write('id: 4.r1\ndata: {"type":"text-delta","id":"t","delta":"th');
  exchange.end();
}

describe('giving up', () => {
  it('comes after giveUpAfterMs, as one error that is no TypeError', async () => {
    const { first, next, reading } = await begun();
    first.cut();
    void (async () => {
      for (;;) (await next()).cut(new TypeError('Failed to fetch'));
    })();
    await vi.advanceTimersByTimeAsync(119_000);
    expect(reading.texts).toEqual(['start', 'one ', 'two ']);
    await vi.advanceTimersByTimeAsync(11_000);
    const error = await reading.ended;
    expect(error).toMatchObject({
      name: 'DurableChatError',
      code: 'unreachable',
    });
    expect(error).not.toBeInstanceOf(TypeError);
    expect(error).toHaveProperty('cause');
  });

  it('ends a message that never reached the server, too', async () => {
    const { send, next, transport } = scriptedTransport();
    const rejection = rejectionOf(send());
    void (async () => {
      for (;;) (await next()).cut(new TypeError('Failed to fetch'));
    })();
    await vi.advanceTimersByTimeAsync(131_000);
    expect(await rejection).toMatchObject({ code: 'unreachable' });
    expect(transport.connection.getSnapshot()).toBe('idle');
  });
});

describe('a stop on the wire', () => {
  it('ends the stream as an abort, after all that came before', async () => {
    const { first, reading } = await begun();
    first.chunk({ type: 'tool-output-error', toolCallId: 'x', errorText: 'x' });
    first.chunk({ type: 'abort' });
    first.done();
    const error = await reading.ended;
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(error).toBeInstanceOf(DOMException);
    expect(reading.texts).toEqual([
      'start',
      'one ',
      'two ',
      'tool-output-error',
    ]);
  });

  it('is a stop only when it is complete', async () => {
    const { first, next, reading } = await begun();
    first.chunk({ type: 'abort' });
    first.end();
    const second = await next();
    second.open('r1');
    second.chunk({ type: 'abort' });
    second.done();
    expect(await reading.ended).toMatchObject({ name: 'AbortError' });
  });
});

describe('an error on the wire', () => {
  it('is shown, whatever comes after it', async () => {
    const { first, reading } = await begun();
    first.chunk({ type: 'error', errorText: 'An error occurred.' });
    await vi.advanceTimersByTimeAsync(0);
    expect(reading.texts.at(-1)).toBe('error');
    first.done();
    await reading.ended;
  });
});
