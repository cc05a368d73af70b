import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from 'vitest';
import {
  appendPlain,
  createStream,
  followLog,
  type FollowLogOptions,
  type StreamTarget,
} from '../../src/log/index.js';
import { LOG_START } from '../../src/protocol/index.js';
import { CuttingProxy } from './cutting-proxy.js';
import {
  allNumbers,
  batchesUntil,
  batchOf,
  counted,
  QUICK,
} from './log-fixtures.js';
import { StreamsServer } from './streams-server.js';

const FROM_START: FollowLogOptions = { offset: LOG_START, retry: QUICK };

const EVENT_STREAM = { 'content-type': 'text/event-stream' };

const control = (offset: string): string =>
  `event: control\ndata: {"streamNextOffset":"${offset}","upToDate":true}\n\n`;

/** A log whose server answers each request like this. */
function answering(
  answer: (signal: AbortSignal) => Response | Promise<Response>,
): StreamTarget & { readonly requests: Request[] } {
  return counted({
    url: 'http://streams/chat/log',
    fetch: async (input, init) => answer(new Request(input, init).signal),
  });
}

describe('followLog against a server that will not do', () => {
  it.each([
    [401, 'forbidden'],
    [403, 'forbidden'],
    [404, 'log-lost'],
    [410, 'log-lost'],
    [400, 'rejected'],
  ])('ends at %i with one request', async (status, code) => {
    const target = answering(() => new Response('No.', { status }));
    const following = followLog(target, FROM_START).next();
    await expect(following).rejects.toMatchObject({ code, status });
    expect(target.requests).toHaveLength(1);
  });

  it('gives up when nothing came for long enough, and names the cause', async () => {
    const target = answering(() => Promise.reject(new TypeError('no net')));
    const retry = { ...QUICK, giveUpAfterMs: 100 };
    const following = followLog(target, { ...FROM_START, retry }).next();
    await expect(following).rejects.toMatchObject({
      code: 'store-unavailable',
      cause: expect.anything(),
    });
    expect(target.requests.length).toBeGreaterThan(2);
  });

  it('does not give up while there are signs of life', async () => {
    const target = answering(
      () => new Response(control('1'), { headers: EVENT_STREAM }),
    );
    const failures: number[] = [];
    const retry = { ...QUICK, giveUpAfterMs: 30 };
    const aborter = new AbortController();
    const onReconnect = (drop: { readonly failures: number }): void => {
      if (failures.push(drop.failures) === 6) aborter.abort();
    };
    const { signal } = aborter;
    await Array.fromAsync(
      followLog(target, { ...FROM_START, retry, signal, onReconnect }),
    );
    // The first went on from the start to 1; the others brought nothing.
    expect(failures).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('waits longer and longer where each connection ends at once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const target = answering(
      () => new Response(control('1'), { headers: EVENT_STREAM }),
    );
    const aborter = new AbortController();
    const retry = { ...QUICK, initialDelayMs: 100, maxDelayMs: 5_000 };
    const following = Array.fromAsync(
      followLog(target, {
        ...FROM_START,
        retry: { ...retry, random: () => 1 },
        signal: aborter.signal,
      }),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    aborter.abort();
    await following;
    vi.useRealTimers();
    // 100, 100, 200, … 3,200 and then 5,000 ms apart.
    expect(target.requests.length).toBeLessThan(20);
    expect(target.requests.length).toBeGreaterThan(10);
  });

  it('polls where something on the way holds the events back', async () => {
    const target = answering((signal) => {
      const { url } = target.requests.at(-1) ?? { url: '' };
      if (url.includes('live=sse')) {
        const body = new ReadableStream<Uint8Array>({
          start: (controller) =>
            signal.addEventListener('abort', () =>
              controller.error(signal.reason),
            ),
        });
        return new Response(body, { headers: EVENT_STREAM });
      }
      const headers = { 'stream-next-offset': '1', 'stream-closed': 'true' };
      return Response.json(JSON.parse(batchOf(0)), { headers });
    });
    const batches = await Array.fromAsync(
      followLog(target, { ...FROM_START, stallTimeoutMs: 50 }),
    );
    expect(allNumbers(batches)).toEqual([0]);
    expect(target.requests).toHaveLength(2);
  });

  it('leaves no timer when its reader has enough', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const aborter = new AbortController();
    const { signal } = aborter;
    const silent = answering(() => {
      const open = new TextEncoder().encode(control('1'));
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(open),
      });
      return new Response(body, { headers: EVENT_STREAM });
    });
    const following = followLog(silent, { ...FROM_START, signal });
    await following.next();
    const pending = following.next();
    await new Promise(setImmediate);
    expect(vi.getTimerCount()).toBe(1);
    aborter.abort();
    await pending;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks for the headers anew with each connection', async () => {
    const seen: (string | null)[] = [];
    let token = 0;
    const target: StreamTarget = {
      url: 'http://streams/log',
      headers: () => Promise.resolve({ authorization: `${(token += 1)}` }),
      fetch: (input, init) => {
        seen.push(new Request(input, init).headers.get('authorization'));
        const status = seen.length < 3 ? 503 : 401;
        return Promise.resolve(new Response(null, { status }));
      },
    };
    const following = followLog(target, FROM_START).next();
    await expect(following).rejects.toMatchObject({ code: 'forbidden' });
    expect(seen).toEqual(['1', '2', '3']);
  });
});

describe('followLog, when its reader has enough', () => {
  let streams: StreamsServer;
  let proxy: CuttingProxy;
  let target: StreamTarget;

  beforeAll(async () => {
    streams = await StreamsServer.start('memory');
    proxy = await CuttingProxy.start(streams.port);
  });
  afterAll(async () => {
    await proxy.stop();
    await streams.dispose();
  });
  beforeEach(async () => {
    target = streams.target(`/${crypto.randomUUID()}/log`, proxy.port);
    await createStream(target, { body: batchOf(0) });
    proxy.cutAll();
  });

  it('ends without an error, and leaves no socket', async () => {
    const aborter = new AbortController();
    const { signal } = aborter;
    const following = followLog(target, { ...FROM_START, signal });
    await following.next();
    const pending = following.next();
    aborter.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
    await vi.waitFor(() => expect(proxy.clients).toBe(0));
  });

  it('closes its connection when the loop over it is left', async () => {
    await batchesUntil(followLog(target, FROM_START), () => true);
    await vi.waitFor(() => expect(proxy.clients).toBe(0));
  });

  it('does not even begin with a signal that has fired', async () => {
    const signal = AbortSignal.abort();
    const { requests, ...counting } = counted(target);
    const following = followLog(counting, { ...FROM_START, signal });
    expect(await Array.fromAsync(following)).toEqual([]);
    expect(requests).toEqual([]);
  });

  it.each(['while the answer is pending', 'while it waits to try again'])(
    'ends at once %s',
    async (phase) => {
      const aborter = new AbortController();
      const { signal } = aborter;
      const deaf: StreamTarget = {
        url: 'http://streams/log',
        fetch: () =>
          phase.endsWith('pending')
            ? new Promise(() => {})
            : Promise.reject(new TypeError('fetch failed')),
      };
      const hour = { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 };
      const retry = { ...hour, giveUpAfterMs: Infinity, random: () => 1 };
      const following = Array.fromAsync(
        followLog(deaf, { ...FROM_START, retry, signal }),
      );
      setImmediate(() => aborter.abort());
      expect(await following).toEqual([]);
    },
  );

  it('does not take a slow reader for a stall', async () => {
    const drops: unknown[] = [];
    const following = followLog(target, {
      ...FROM_START,
      stallTimeoutMs: 60,
      onReconnect: (drop) => drops.push(drop),
    });
    await following.next();
    await appendPlain(target, { body: batchOf(1) });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const { value } = await following.next();
    await following.return();
    expect(value).toMatchObject({ items: [{}] });
    expect(drops).toEqual([]);
  });

  it('waits as long as Retry-After asks before it connects again', async () => {
    const fault = { status: 503, retryAfter: 1, method: 'GET' };
    streams.server.injectFault(new URL(target.url).pathname, fault);
    const before = performance.now();
    await batchesUntil(followLog(target, FROM_START), () => true);
    expect(performance.now() - before).toBeGreaterThan(950);
  });
});
