import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  DurableChatError,
  problemResponse,
  type DurableChatErrorCode,
} from '../../src/protocol/index.js';
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

const problem = (code: DurableChatErrorCode): Response =>
  problemResponse(new DurableChatError(code, `It is ${code}.`));

async function begun(options = {}) {
  const scripted = scriptedTransport(options);
  const sent = scripted.send();
  const first = await scripted.next();
  first.open('r1');
  first.chunk(START, '1.r1.0_7');
  const reading = readStream(await sent);
  await vi.advanceTimersByTimeAsync(0);
  return { ...scripted, first, reading };
}

describe('a refused message', () => {
  it.each([400, 401, 403, 404, 413, 429, 500])(
    'with status %i is an error at once, in the server’s words',
    async (status) => {
      const { send, next, exchanges } = scriptedTransport();
      const rejection = rejectionOf(send());
      (await next()).answer(new Response('No.', { status }));
      expect(await rejection).toMatchObject({
        name: 'DurableChatError',
        code: 'rejected',
        message: 'No.',
        status,
      });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(exchanges).toHaveLength(1);
    },
  );

  it('has the code of our own server', async () => {
    const { send, next } = scriptedTransport();
    const rejection = rejectionOf(send());
    (await next()).answer(problem('store-unavailable'));
    expect(await rejection).toMatchObject({
      code: 'store-unavailable',
      status: 503,
    });
  });

  it.each([502, 503, 504])(
    'with status %i by a proxy is tried again',
    async (status) => {
      const { send, next } = scriptedTransport();
      const sent = send();
      (await next()).answer(new Response('Bad gateway', { status }));
      await vi.advanceTimersByTimeAsync(125);
      const second = await next();
      second.open('r1');
      second.done();
      expect(await readStream(await sent).ended).toBeUndefined();
    },
  );
});

describe('a refused reconnect', () => {
  it.each([401, 403, 404, 410])(
    'with status %i is reported, and not tried again',
    async (status) => {
      const { first, next, reading, exchanges } = await begun();
      first.cut();
      (await next()).answer(new Response('No.', { status }));
      expect(await reading.ended).toMatchObject({ code: 'rejected', status });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(exchanges).toHaveLength(2);
    },
  );

  it.each([408, 425, 429, 500, 502, 503, 504])(
    'with status %i is a drop like any other',
    async (status) => {
      const { first, next, reading } = await begun();
      first.cut();
      (await next()).answer(new Response('Later.', { status }));
      await vi.advanceTimersByTimeAsync(125);
      const third = await next();
      third.open('r1');
      third.done();
      expect(await reading.ended).toBeUndefined();
    },
  );

  it('has new headers each time, for tokens that run out', async () => {
    let token = 0;
    const headers = () => ({ authorization: `token ${(token += 1)}` });
    const { first, next, exchanges } = await begun({ headers });
    first.cut();
    (await next()).cut();
    await vi.advanceTimersByTimeAsync(125);
    await next();
    expect(exchanges.map((one) => one.headers.get('authorization'))).toEqual([
      'token 1',
      'token 2',
      'token 3',
    ]);
  });

  it('for want of a token is a drop: its server may be away, too', async () => {
    let isDown = false;
    const headers = () => {
      if (isDown) throw new Error('no token');
      return {};
    };
    const { first, next, reading } = await begun({ headers });
    isDown = true;
    first.cut();
    await vi.advanceTimersByTimeAsync(100);
    isDown = false;
    await vi.advanceTimersByTimeAsync(125);
    const second = await next();
    second.open('r1');
    second.done();
    expect(await reading.ended).toBeUndefined();
  });

  it('because nothing is left is a lost log', async () => {
    const { first, next, reading } = await begun();
    first.cut();
    (await next()).answer(new Response(null, { status: 204 }));
    expect(await reading.ended).toMatchObject({ code: 'log-lost' });
  });
});

describe('a refused cursor', () => {
  it('is tried without its offset, and then reported', async () => {
    const { first, next, reading } = await begun();
    first.cut();
    const second = await next();
    expect(second.headers.get('last-event-id')).toBe('1.r1.0_7');
    second.answer(problem('invalid-cursor'));
    await vi.advanceTimersByTimeAsync(125);
    const third = await next();
    expect(third.headers.get('last-event-id')).toBe('1.r1');
    third.answer(problem('invalid-cursor'));
    expect(await reading.ended).toMatchObject({ code: 'invalid-cursor' });
  });

  it('that never arrived is reported, not shown as a second text', async () => {
    const { first, next, reading } = await begun();
    first.cut();
    const second = await next();
    second.open('r1');
    second.chunk(START);
    second.chunk(delta('all of it again'), '9.r1');
    second.done();
    expect(await reading.ended).toMatchObject({ code: 'invalid-cursor' });
    expect(reading.texts).toEqual(['start']);
  });
});

describe('what is asked in vain', () => {
  it('is an error at once where an option of the app throws', async () => {
    const broken = new Error('no session');
    const { send, resume, exchanges } = scriptedTransport({
      headers: () => {
        throw broken;
      },
    });
    expect(await rejectionOf(send())).toBe(broken);
    expect(await rejectionOf(resume())).toBe(broken);
    expect(exchanges).toEqual([]);
  });

  it('is an error at once where the message is not JSON', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const { send } = scriptedTransport({ body: circular });
    expect(await rejectionOf(send())).toBeInstanceOf(TypeError);
  });
});

describe('a frame that is not a chunk', () => {
  it.each(['nonsense', '1', 'null', '"text"', '[]', '{}', '{"type":1}'])(
    'is an error: %s',
    async (data) => {
      const { first, reading } = await begun();
      first.chunk(delta('before'), '2.r1');
      first.write(`data: ${data}\n\n`);
      expect(await reading.ended).toMatchObject({ code: 'invalid-chunk' });
      expect(reading.texts).toEqual(['start', 'before']);
      expect(first.isOver).toBe(true);
    },
  );

  it('is none of a type that nobody knows yet', async () => {
    const { first, reading } = await begun();
    first.chunk({ type: 'of-the-future', deep: { x: [1] } }, '2.r1');
    first.done();
    expect(await reading.ended).toBeUndefined();
    expect(reading.texts).toEqual(['start', 'of-the-future']);
  });
});
