import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  appendOnce,
  createStream,
  deleteStream,
  headStream,
  type StreamTarget,
} from '../../src/log/index.js';
import { CuttingProxy, type Cut } from './cutting-proxy.js';
import {
  batchOf,
  counted,
  createEmpty,
  QUICK,
  readNumbers,
} from './log-fixtures.js';
import { STORES, StreamsServer } from './streams-server.js';

describe.each(STORES)('appendOnce on a %s store', (store) => {
  let streams: StreamsServer;
  let proxy: CuttingProxy;
  let path: string;
  let target: StreamTarget;
  let cuttable: StreamTarget;

  beforeAll(async () => {
    streams = await StreamsServer.start(store);
    proxy = await CuttingProxy.start(streams.port);
  });
  afterAll(async () => {
    await proxy.stop();
    await streams.dispose();
  });
  beforeEach(async () => {
    path = `/${crypto.randomUUID()}/log`;
    target = streams.target(path);
    cuttable = streams.target(path, proxy.port);
    await createEmpty(target);
  });

  const append = (
    to: StreamTarget,
    seq: number,
    epoch = 7,
  ): ReturnType<typeof appendOnce> =>
    appendOnce(to, {
      producer: { id: 'assistant', epoch, seq },
      body: batchOf(seq),
      retry: QUICK,
    });

  it('names the offset after what it appended', async () => {
    const outcome = await append(target, 0);
    const { offset } = await headStream(target);
    expect(outcome).toEqual({ kind: 'accepted', offset });
  });

  it('tells a duplicate of another writer from one of its own', async () => {
    await append(target, 0);
    expect(await append(target, 0)).toEqual({
      kind: 'duplicate',
      repeated: false,
      lastSeq: 0,
    });
    expect(await readNumbers(target)).toEqual([0]);
  });

  it('tells who fenced it off', async () => {
    await append(target, 0, 9);
    expect(await append(target, 0, 8)).toEqual({ kind: 'fenced', epoch: 9 });
  });

  it('tells a gap and what was expected', async () => {
    await append(target, 0);
    expect(await append(target, 3)).toEqual({ kind: 'gap', expectedSeq: 1 });
  });

  it('tells that the stream is closed, and that it is missing', async () => {
    const closed = streams.target(`${path}-closed`);
    await createStream(closed, { body: batchOf(0), closed: true });
    expect(await append(closed, 0)).toEqual({ kind: 'closed' });
    await deleteStream(target);
    expect(await append(target, 0)).toEqual({ kind: 'missing' });
  });

  it('takes any agent id', async () => {
    const producer = { id: 'Ärztin 医生', epoch: 1, seq: 0 };
    const appended = (): ReturnType<typeof appendOnce> =>
      appendOnce(target, { producer, body: batchOf(0), retry: QUICK });
    expect(await appended()).toMatchObject({ kind: 'accepted' });
    expect(await appended()).toMatchObject({ kind: 'duplicate' });
  });

  it.each([503, 500, 429, 408])('tries again after %i', async (status) => {
    streams.server.injectFault(path, { status, count: 3, method: 'POST' });
    expect(await append(target, 0)).toMatchObject({ kind: 'accepted' });
    expect(await readNumbers(target)).toEqual([0]);
  });

  it('tries again after a dropped connection', async () => {
    streams.server.injectFault(path, { dropConnection: true, count: 2 });
    expect(await append(target, 0)).toMatchObject({ kind: 'accepted' });
    expect(await readNumbers(target)).toEqual([0]);
  });

  it('waits as long as Retry-After asks', async () => {
    const fault = { status: 429, retryAfter: 1, method: 'POST' };
    streams.server.injectFault(path, fault);
    const before = performance.now();
    expect(await append(target, 0)).toMatchObject({ kind: 'accepted' });
    expect(performance.now() - before).toBeGreaterThan(950);
  });

  const cutBefore: Cut[] = [{ kind: 'request' }, { kind: 'request' }];
  const cutAfter: Cut[] = [
    { kind: 'answer', afterBytes: 0 },
    { kind: 'answer', afterBytes: 20 },
  ];
  const halfOpen: Cut[] = [{ kind: 'silence', afterBytes: 0 }];

  it.each([
    ['before the request arrived', cutBefore, 'accepted'],
    ['after the server had appended', cutAfter, 'duplicate'],
    ['without a sound, after the server had appended', halfOpen, 'duplicate'],
  ])('appends once when cut %s', async (_when, cuts, kind) => {
    proxy.cutNext(...cuts);
    const outcome = await append(cuttable, 0);
    const own = kind === 'duplicate' ? { repeated: true } : {};
    expect(outcome).toMatchObject({ kind, ...own });
    expect(await readNumbers(target)).toEqual([0]);
  });

  it('sends every try with the same triple and the same bytes', async () => {
    streams.server.injectFault(path, { status: 503, count: 3, method: 'POST' });
    const { requests, ...counting } = counted(target);
    await append(counting, 0);
    const sent = await Promise.all(
      requests.map(async (request) => [
        await request.clone().text(),
        ...request.headers,
      ]),
    );
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map((one) => JSON.stringify(one))).size).toBe(1);
  });
});

describe('appendOnce', () => {
  const options = {
    producer: { id: 'assistant', epoch: 1, seq: 0 },
    body: batchOf(0),
  };
  const answering = (...answers: (() => Response)[]): StreamTarget => {
    let asked = 0;
    return {
      url: 'http://streams/chat/log',
      fetch: () => {
        const answer = answers[Math.min(asked, answers.length - 1)];
        asked += 1;
        return Promise.resolve(answer?.() ?? Response.error());
      },
    };
  };

  it('gives up when its time is over, and says so', async () => {
    const target: StreamTarget = {
      url: 'http://streams/chat/log',
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    };
    const retry = { ...QUICK, giveUpAfterMs: 60 };
    const failures: unknown[] = [];
    const onRetry = (cause: unknown): void => void failures.push(cause);
    const error: unknown = await appendOnce(target, {
      ...options,
      retry,
      onRetry,
    }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      name: 'DurableChatError',
      code: 'store-unavailable',
      message: expect.stringContaining('fetch failed'),
      cause: failures[0],
    });
    expect(failures.length).toBeGreaterThan(1);
  });

  it.each([
    [401, 'forbidden'],
    [403, 'forbidden'],
    [400, 'rejected'],
    [409, 'rejected'],
    [413, 'rejected'],
  ])('does not repeat what %i refuses', async (status, code) => {
    const { requests, ...target } = counted({ url: 'http://streams/log' });
    const refusing = {
      ...target,
      fetch: (...args: Parameters<typeof fetch>) => {
        requests.push(new Request(...args));
        return Promise.resolve(new Response('No.', { status }));
      },
    };
    await expect(appendOnce(refusing, options)).rejects.toMatchObject({
      code,
      status,
    });
    expect(requests).toHaveLength(1);
  });

  it('asks for the headers anew with each try', async () => {
    const target = answering(
      () => new Response(null, { status: 503 }),
      () => new Response(null, { headers: { 'stream-next-offset': '1' } }),
    );
    const seen: (string | null)[] = [];
    let token = 0;
    await appendOnce(
      {
        url: target.url,
        headers: () => Promise.resolve({ authorization: `${(token += 1)}` }),
        fetch: (input, init) => {
          seen.push(new Request(input, init).headers.get('authorization'));
          return target.fetch?.(input, init) ?? fetch(input, init);
        },
      },
      { ...options, retry: QUICK },
    );
    expect(seen).toEqual(['1', '2']);
  });

  it('does not call a duplicate its own after nothing but 429', async () => {
    const busy = (): Response => new Response(null, { status: 429 });
    const gone = (): Response => new Response(null, { status: 503 });
    const duplicate = (): Response => new Response(null, { status: 204 });
    const after = (first: () => Response): Promise<unknown> =>
      appendOnce(answering(first, duplicate), { ...options, retry: QUICK });
    expect(await after(busy)).toMatchObject({ repeated: false });
    expect(await after(gone)).toMatchObject({ repeated: true });
  });

  it('is a clear error where a proxy withholds the offset', async () => {
    const target = answering(() => new Response('{}'));
    await expect(appendOnce(target, options)).rejects.toThrow(
      'Stream-Next-Offset',
    );
  });

  it.each(['pending', 'waiting for the next try'])(
    'ends with the reason of its signal at once while %s',
    async (phase) => {
      const aborter = new AbortController();
      const reason = new Error('enough');
      const target: StreamTarget = {
        url: 'http://streams/log',
        // Heeds no signal.
        fetch: () =>
          phase === 'pending'
            ? new Promise(() => {})
            : Promise.reject(new TypeError('fetch failed')),
      };
      const retry = { ...QUICK, initialDelayMs: 60_000, maxDelayMs: 60_000 };
      const appending = appendOnce(target, {
        ...options,
        retry: { ...retry, giveUpAfterMs: 600_000, random: () => 1 },
        signal: aborter.signal,
      });
      setImmediate(() => aborter.abort(reason));
      await expect(appending).rejects.toBe(reason);
    },
  );
});
