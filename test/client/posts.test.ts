import { durableFetch } from 'ai-durable-transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problemResponse, DurableChatError } from '../../src/protocol/index.js';
import { scriptedFetch } from './scripted-fetch.js';
import {
  delta,
  finishRun,
  readStream,
  rejectionOf,
  scriptedTransport,
  START,
} from './transport-fixtures.js';

/** A proxy's, of whose body nothing comes. */
function silentRefusal(signal: AbortSignal | null | undefined): Response {
  const body = new ReadableStream({
    start(controller) {
      const onAbort = (): void => controller.error(signal?.reason);
      signal?.addEventListener('abort', onAbort);
    },
  });
  return new Response(body, { status: 503 });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a post', () => {
  it('whose answer never came is sent again, as the same one', async () => {
    const { send, next } = scriptedTransport();
    const sent = send();
    const first = await next();
    first.cut(new TypeError('Failed to fetch'));
    await vi.advanceTimersByTimeAsync(125);
    const second = await next();
    expect([first.method, second.method]).toEqual(['POST', 'POST']);
    expect(second.body).toEqual(first.body);
    const key = first.headers.get('idempotency-key');
    expect(key).toMatch(/^[\w-]{20,200}$/);
    expect(second.headers.get('idempotency-key')).toBe(key);
    expect(first.headers.get('durable-attempt')).toBe('1');
    expect(second.headers.get('durable-attempt')).toBe('2');
    finishRun(second, 0);
    await readStream(await sent).ended;
  });

  it('may take its time to be answered', async () => {
    const { send, next, exchanges } = scriptedTransport();
    const sent = send();
    const first = await next();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(exchanges).toHaveLength(1);
    finishRun(first, 0);
    await readStream(await sent).ended;
  });

  it('whose refusal falls silent in its middle is sent again', async () => {
    const { send, next } = scriptedTransport();
    const sent = send();
    const first = await next();
    first.answer(new Response(new ReadableStream(), { status: 503 }));
    await vi.advanceTimersByTimeAsync(25_000);
    expect(first.isOver).toBe(true);
    await vi.advanceTimersByTimeAsync(125);
    finishRun(await next(), 0);
    expect(await readStream(await sent).ended).toBeUndefined();
  });

  it('of durableFetch whose refusal falls silent is sent again, too', async () => {
    const { fetch: scripted, next } = scriptedFetch();
    let isFirst = true;
    const durable = durableFetch({
      api: 'http://app.test/chat',
      fetch: (input, init) => {
        if (!isFirst) return scripted(input, init);
        isFirst = false;
        return Promise.resolve(silentRefusal(init?.signal));
      },
    });
    const sent = durable('http://app.test/chat', {
      method: 'POST',
      body: JSON.stringify({ threadId: 'c1' }),
    });
    await vi.advanceTimersByTimeAsync(25_125);
    finishRun(await next(), 0);
    expect(await (await sent).text()).toContain('three');
  });

  it('has a new key for every message', async () => {
    const { send, next } = scriptedTransport();
    void send();
    void send();
    const [one, other] = [await next(), await next()];
    expect(one.headers.get('idempotency-key')).not.toBe(
      other.headers.get('idempotency-key'),
    );
  });

  it('that broke off before its first chunk goes on from its start', async () => {
    const { send, next } = scriptedTransport();
    const sent = send();
    const first = await next();
    first.open('r1');
    first.cut();
    const reading = readStream(await sent);
    await vi.advanceTimersByTimeAsync(125);
    const second = await next();
    expect(second.headers.get('last-event-id')).toBe('0.r1');
    finishRun(second, 0);
    expect(await reading.ended).toBeUndefined();
  });

  it('whose run got lost is sent again, as the same one', async () => {
    const { send, next } = scriptedTransport();
    const sent = send();
    const first = await next();
    first.open('r1');
    first.cut();
    const reading = readStream(await sent);
    await vi.advanceTimersByTimeAsync(125);
    const lost = new DurableChatError('invalid-cursor', 'No such run.');
    (await next()).answer(problemResponse(lost));
    await vi.advanceTimersByTimeAsync(250);
    const third = await next();
    expect(third.method).toBe('POST');
    expect(third.headers.get('idempotency-key')).toBe(
      first.headers.get('idempotency-key'),
    );
    finishRun(third, 0);
    expect(await reading.ended).toBeUndefined();
  });

  it('is not sent again where the server has no runs', async () => {
    const { send, next, exchanges } = scriptedTransport();
    const sent = send();
    const first = await next();
    first.open();
    first.chunk(START);
    first.chunk(delta('paid for'));
    const reading = readStream(await sent);
    await vi.advanceTimersByTimeAsync(0);
    first.end();
    expect(await reading.ended).toMatchObject({ code: 'unreachable' });
    expect(reading.texts).toEqual(['start', 'paid for']);
    expect(exchanges).toHaveLength(1);
  });

  it('that is answered by nothing is rejected', async () => {
    const { send, next } = scriptedTransport();
    const rejection = rejectionOf(send());
    (await next()).answer(new Response(null, { status: 204 }));
    expect(await rejection).toMatchObject({ code: 'rejected', status: 204 });
  });
});
