import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  delta,
  readStream,
  rejectionOf,
  scriptedTransport,
  START,
} from './transport-fixtures.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function sending() {
  const scripted = scriptedTransport();
  const sent = scripted.send();
  const first = await scripted.next();
  first.open('r1');
  first.chunk(START, '1.r1');
  return { ...scripted, first, stream: await sent };
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => (settled = true));
  await vi.advanceTimersByTimeAsync(10);
  return settled;
}

describe('resuming while an own answer is read', () => {
  it('waits for its end, makes no request, and is null', async () => {
    const { resume, first, stream, exchanges } = await sending();
    const resumed = resume();
    const reading = readStream(stream);
    expect(await isSettled(resumed)).toBe(false);
    first.done();
    await reading.ended;
    await vi.advanceTimersByTimeAsync(0);
    expect(await resumed).toBeNull();
    expect(exchanges).toHaveLength(1);
  });

  it('waits for the reader, not only for the wire', async () => {
    const { resume, first, stream } = await sending();
    const resumed = resume();
    first.chunk(delta('slow'), '2.r1');
    first.done();
    const reader = stream.getReader();
    await reader.read();
    // `onToolCall` may hold the reader up for long.
    expect(await isSettled(resumed)).toBe(false);
    await reader.read();
    expect(await isSettled(resumed)).toBe(false);
    expect((await reader.read()).done).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(await resumed).toBeNull();
  });

  it('waits for the next answer, too, that follows by itself', async () => {
    const { resume, send, next, first, stream } = await sending();
    const resumed = resume();
    first.done();
    await readStream(stream).ended;
    const sent = send();
    const second = await next();
    second.open('r2');
    expect(await isSettled(resumed)).toBe(false);
    second.done();
    await readStream(await sent).ended;
    await vi.advanceTimersByTimeAsync(0);
    expect(await resumed).toBeNull();
  });

  it('is given up when it is aborted', async () => {
    const { resume } = await sending();
    const abort = new AbortController();
    const resumed = resume(abort.signal);
    await vi.advanceTimersByTimeAsync(0);
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(await resumed).toBeNull();
  });

  it('is not held up by another chat', async () => {
    const { transport, next } = await sending();
    const resumed = transport.reconnectToStream({ chatId: 'c2' });
    (await next()).answer(new Response(null, { status: 204 }));
    expect(await resumed).toBeNull();
  });

  it('goes on with a run that the page was detached from', async () => {
    const scripted = scriptedTransport();
    const abort = new AbortController();
    const sent = scripted.send(abort.signal);
    const first = await scripted.next();
    first.open('r1');
    const reading = readStream(await sent);
    abort.abort();
    await reading.ended;
    const resumed = scripted.resume();
    const second = await scripted.next();
    second.open('r1');
    expect(await resumed).not.toBeNull();
  });
});

describe('resuming many times at once', () => {
  it('makes one request, for the last that is not aborted', async () => {
    const { resume, next, exchanges } = scriptedTransport();
    const calls = Array.from({ length: 20 }, () => new AbortController());
    const resumed = calls.map(({ signal }, index) => {
      calls[index - 1]?.abort();
      return resume(signal);
    });
    const exchange = await next();
    exchange.open('r1');
    const streams = await Promise.all(resumed);
    expect(streams.filter((stream) => stream !== null)).toHaveLength(1);
    expect(streams.at(-1)).not.toBeNull();
    expect(exchanges).toHaveLength(1);
  });
});

describe('stop', () => {
  it('means the run that is read here, and its post', async () => {
    const { transport, next, first } = await sending();
    const stopped = transport.stop({ chatId: 'c1' });
    const exchange = await next();
    expect(exchange.url).toBe('/chat/c1/stop');
    expect(exchange.method).toBe('POST');
    const idempotencyKey = first.headers.get('idempotency-key');
    expect(exchange.body).toEqual({ runId: 'r1', idempotencyKey });
    exchange.answer(Response.json({ stopped: true }));
    expect(await stopped).toEqual({ stopped: true });
  });

  it('means the post, where its run has no name yet', async () => {
    const { send, transport, next } = scriptedTransport();
    void send();
    const key = (await next()).headers.get('idempotency-key');
    void transport.stop({ chatId: 'c1' });
    expect((await next()).body).toEqual({ idempotencyKey: key });
  });

  it('means whatever runs, where nothing is known', async () => {
    const { transport, next } = scriptedTransport();
    void transport.stop({ chatId: 'c1' });
    expect((await next()).body).toEqual({});
  });

  it('means the run that it is told', async () => {
    const { transport, next } = await sending();
    void transport.stop({ chatId: 'c1', runId: 'older' });
    expect((await next()).body).toEqual({ runId: 'older' });
  });
});

describe('stop and load', () => {
  it.each(['stop', 'load'] as const)('%s says why it failed', async (name) => {
    const { transport, next } = scriptedTransport();
    const fails = (): Promise<unknown> => transport[name]({ chatId: 'c1' });
    const refused = rejectionOf(fails());
    (await next()).answer(new Response('No.', { status: 403 }));
    expect(await refused).toMatchObject({ code: 'rejected', status: 403 });
    const away = rejectionOf(fails());
    (await next()).cut(new TypeError('Failed to fetch'));
    expect(await away).toMatchObject({ code: 'unreachable' });
    const html = rejectionOf(fails());
    (await next()).answer(new Response('<html>'));
    expect(await html).toMatchObject({ name: 'DurableChatError' });
  });
});
