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

/** Neither a timer nor a listener nor a request is left behind. */
function expectQuiet({ exchanges, transport }: ReturnType<typeof scripted>) {
  expect(vi.getTimerCount()).toBe(0);
  expect(exchanges.filter(({ isOver }) => !isOver)).toEqual([]);
  expect(transport.connection.getSnapshot()).toBe('idle');
}

const scripted = () => scriptedTransport();

describe('the signal of the AI SDK', () => {
  it('detaches at once while the headers of a post are pending', async () => {
    const all = scripted();
    const abort = new AbortController();
    const rejection = rejectionOf(all.send(abort.signal));
    const { isOver } = await all.next();
    expect(isOver).toBe(false);
    abort.abort();
    expect(await rejection).toMatchObject({ name: 'AbortError' });
    expectQuiet(all);
    expect(all.exchanges).toHaveLength(1);
  });

  it('detaches at once while the stream is read', async () => {
    const all = scripted();
    const abort = new AbortController();
    const sent = all.send(abort.signal);
    const first = await all.next();
    first.open('r1');
    first.chunk(START, '1.r1');
    const reading = readStream(await sent);
    await vi.advanceTimersByTimeAsync(0);
    abort.abort();
    expect(await reading.ended).toMatchObject({ name: 'AbortError' });
    expectQuiet(all);
  });

  it('detaches at once while a reconnect is waited for', async () => {
    const all = scripted();
    const abort = new AbortController();
    const sent = all.send(abort.signal);
    const first = await all.next();
    first.open('r1');
    first.chunk(START, '1.r1');
    const reading = readStream(await sent);
    await vi.advanceTimersByTimeAsync(0);
    first.cut();
    (await all.next()).cut();
    await vi.advanceTimersByTimeAsync(0);
    abort.abort();
    expect(await reading.ended).toMatchObject({ name: 'AbortError' });
    expectQuiet({ ...all, exchanges: [] });
  });

  it('makes no request where it was aborted before', async () => {
    const all = scripted();
    const signal = AbortSignal.abort();
    expect(await rejectionOf(all.send(signal))).toMatchObject({
      name: 'AbortError',
    });
    expect(await all.resume(signal)).toBeNull();
    expectQuiet(all);
    expect(all.exchanges).toEqual([]);
  });

  it('is passed on as it is, where it is an abort error', async () => {
    const all = scripted();
    const abort = new AbortController();
    const rejection = rejectionOf(all.send(abort.signal));
    const reason = new DOMException('stop()', 'AbortError');
    abort.abort(reason);
    expect(await rejection).toBe(reason);
  });

  it('never becomes an error of another kind', async () => {
    const all = scripted();
    const abort = new AbortController();
    const rejection = rejectionOf(all.send(abort.signal));
    abort.abort(new TypeError('fetch was superseded'));
    expect(await rejection).toMatchObject({ name: 'AbortError' });
  });
});

describe('a stream that is cancelled', () => {
  it('hangs up, and does not stop the run', async () => {
    const all = scripted();
    const sent = all.send();
    (await all.next()).open('r1');
    await (await sent).cancel();
    expectQuiet(all);
    expect(all.exchanges).toHaveLength(1);
  });
});

describe('close', () => {
  it('detaches every reader, now and for ever', async () => {
    const all = scripted();
    const sent = all.send();
    (await all.next()).open('r1');
    const reading = readStream(await sent);
    const rejection = rejectionOf(all.send());
    await all.next();
    all.transport.close();
    expect(await reading.ended).toMatchObject({ name: 'AbortError' });
    expect(await rejection).toMatchObject({ name: 'AbortError' });
    expect(await rejectionOf(all.send())).toMatchObject({
      name: 'AbortError',
    });
    expectQuiet(all);
    expect(all.exchanges).toHaveLength(2);
  });
});

describe('a stream that is complete', () => {
  it('leaves its connection to be used again', async () => {
    const all = scripted();
    const sent = all.send();
    const first = await all.next();
    first.open('r1');
    first.chunk(delta('all'), '1.r1');
    first.done();
    const reading = readStream(await sent);
    expect(await reading.ended).toBeUndefined();
    first.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(first.isOver).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hangs up on a server that does not end the body', async () => {
    const all = scripted();
    const sent = all.send();
    const first = await all.next();
    first.open('r1');
    first.done();
    expect(await readStream(await sent).ended).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expectQuiet(all);
  });

  it('is deaf to what comes after its end', async () => {
    const all = scripted();
    const sent = all.send();
    const first = await all.next();
    first.open('r1');
    first.chunk(delta('all'), '1.r1');
    first.done();
    first.chunk(delta('more'), '2.r1');
    first.write('data: nonsense\n\n');
    const reading = readStream(await sent);
    expect(await reading.ended).toBeUndefined();
    expect(reading.texts).toEqual(['all']);
  });
});
