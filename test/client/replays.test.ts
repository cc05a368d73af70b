import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Exchange } from './scripted-fetch.js';
import {
  delta,
  readStream,
  rejectionOf,
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

/** A whole replay: only its last frame has a cursor. */
function replay(exchange: Exchange): void {
  exchange.open('r1');
  exchange.chunk(START);
  exchange.chunk(delta('one two '));
  exchange.chunk(delta('three '), '7.r1.0_5');
}

const nothing = (): Response => new Response(null, { status: 204 });

describe('a resumed stream', () => {
  it('is null where nothing runs', async () => {
    const { resume, next, transport } = scriptedTransport();
    const resumed = resume();
    (await next()).answer(nothing());
    expect(await resumed).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
    expect(transport.connection.getSnapshot()).toBe('idle');
  });

  it('is the whole message, then what comes', async () => {
    const { resume, next } = scriptedTransport();
    const resumed = resume();
    const first = await next();
    expect(first.headers.has('last-event-id')).toBe(false);
    replay(first);
    const reading = readStream(await resumed);
    first.chunk(delta('four'), '8.r1');
    first.done();
    expect(await reading.ended).toBeUndefined();
    expect(reading.texts).toEqual(['start', 'one two ', 'three ', 'four']);
  });

  it('that breaks off in the replay is replayed anew', async () => {
    const { resume, next } = scriptedTransport();
    const resumed = resume();
    const first = await next();
    first.open('r1');
    first.chunk(START);
    first.chunk(delta('one '));
    const reading = readStream(await resumed);
    await vi.advanceTimersByTimeAsync(0);
    first.cut();
    await vi.advanceTimersByTimeAsync(125);
    const second = await next();
    // From the first chunk of its run it would lack what earlier runs wrote.
    expect(second.headers.has('last-event-id')).toBe(false);
    // Should the run have ended meanwhile: nothing of it is had.
    expect(second.url).toBe('/chat/c1/stream?have=');
    replay(second);
    second.done();
    expect(await reading.ended).toBeUndefined();
    expect(reading.texts).toEqual(['start', 'one two ', 'three ']);
  });

  it('that breaks off after the replay goes on from its cursor', async () => {
    const { resume, next } = scriptedTransport();
    const resumed = resume();
    const first = await next();
    replay(first);
    const reading = readStream(await resumed);
    await vi.advanceTimersByTimeAsync(0);
    first.end();
    const second = await next();
    expect(second.headers.get('last-event-id')).toBe('7.r1.0_5');
    second.open('r1');
    second.chunk(delta('four'), '8.r1');
    second.done();
    await reading.ended;
    expect(reading.texts).toEqual(['start', 'one two ', 'three ', 'four']);
  });

  it('of a finished message has no cursor, and needs none', async () => {
    const { resume, next } = scriptedTransport();
    const resumed = resume();
    const first = await next();
    first.open('r1');
    first.chunk(START);
    first.chunk(delta('all'));
    first.chunk({ type: 'finish' });
    first.done();
    const reading = readStream(await resumed);
    expect(await reading.ended).toBeUndefined();
    expect(reading.texts).toEqual(['start', 'all', 'finish']);
  });

  it('shows the error of a run that failed, after its text', async () => {
    const { resume, next } = scriptedTransport();
    const resumed = resume();
    const first = await next();
    first.open('r1');
    first.chunk(START);
    first.chunk(delta('half'));
    first.chunk({ type: 'error', errorText: 'An error occurred.' });
    first.done();
    const reading = readStream(await resumed);
    expect(await reading.ended).toBeUndefined();
    expect(reading.texts).toEqual(['start', 'half', 'error']);
  });

  it('is refused as it was: by an error', async () => {
    const { resume, next } = scriptedTransport();
    const rejection = rejectionOf(resume());
    (await next()).answer(new Response('No.', { status: 403 }));
    expect(await rejection).toMatchObject({ code: 'rejected', status: 403 });
  });
});

describe('what the page holds already', () => {
  const haveOf = ({ url }: Exchange): string[] =>
    new URL(url, 'http://localhost').searchParams.getAll('have');

  async function resumeNothing(
    scripted: ReturnType<typeof scriptedTransport>,
  ): Promise<string[]> {
    const resumed = scripted.resume();
    const exchange = await scripted.next();
    exchange.answer(nothing());
    await resumed;
    return haveOf(exchange);
  }

  it('is not known at first', async () => {
    expect(await resumeNothing(scriptedTransport())).toEqual([]);
  });

  it('is what it loaded', async () => {
    const scripted = scriptedTransport();
    const loaded = scripted.transport.load({ chatId: 'c1' });
    const messages = [{ id: 'q1' }, { id: 'a&1' }];
    (await scripted.next()).answer(
      Response.json({ messages, cursor: null, activeRunId: null }),
    );
    expect(await loaded).toEqual({ messages, activeRunId: null });
    expect(await resumeNothing(scripted)).toEqual(['a&1']);
  });

  it('is what it was rendered with, or has read since', async () => {
    const newestMessageId = () => 'rendered';
    const scripted = scriptedTransport({ newestMessageId });
    expect(await resumeNothing(scripted)).toEqual(['rendered']);
    const sent = scripted.send();
    const exchange = await scripted.next();
    exchange.open('r1');
    exchange.chunk(START, '1.r1');
    exchange.done();
    await readStream(await sent).ended;
    expect(await resumeNothing(scripted)).toEqual(['rendered', 'a1']);
  });

  it('is no message that it was detached from', async () => {
    const scripted = scriptedTransport();
    const abort = new AbortController();
    const sent = scripted.send(abort.signal);
    const exchange = await scripted.next();
    exchange.open('r1');
    exchange.chunk(START, '1.r1');
    const reading = readStream(await sent);
    await vi.advanceTimersByTimeAsync(0);
    abort.abort();
    await reading.ended;
    expect(await resumeNothing(scripted)).toEqual([]);
  });
});
