import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  vi,
} from 'vitest';
import {
  appendPlain,
  createStream,
  deleteStream,
  followLog,
  type FollowDrop,
  type FollowLogOptions,
  type StreamTarget,
} from '../../src/log/index.js';
import { LOG_START } from '../../src/protocol/index.js';
import { CuttingProxy } from './cutting-proxy.js';
import {
  allNumbers,
  batchesUntil,
  batchOf,
  closeStream,
  counted,
  HURRIED,
  QUICK,
  record,
  upTo,
} from './log-fixtures.js';
import { STORES, StreamsServer } from './streams-server.js';

const FROM_START: FollowLogOptions = { offset: LOG_START, retry: QUICK };

describe.each(STORES)('followLog on a %s store', (store) => {
  let streams: StreamsServer;
  let proxy: CuttingProxy;
  let path: string;
  let target: StreamTarget;
  let cuttable: StreamTarget;

  beforeAll(async () => {
    streams = await StreamsServer.start(store, { longPollTimeout: 200 });
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
    await createStream(target);
  });

  const append = (...numbers: number[]): Promise<unknown> =>
    appendPlain(target, { body: batchOf(...numbers) });

  const until =
    (count: number) =>
    (_batch: unknown, numbers: readonly number[]): boolean =>
      numbers.length >= count;

  it('says at once where an empty log ends', async () => {
    const [batch] = await batchesUntil(
      followLog(target, FROM_START),
      () => true,
    );
    expect(batch).toMatchObject({ items: [], upToDate: true, closed: false });
  });

  it('delivers what there is, then what comes, then ends with the log', async () => {
    await append(0, 1);
    const live = followLog(target, FROM_START);
    const first = await live.next();
    await append(2);
    const second = await live.next();
    await closeStream(target);
    const last = await live.next();
    expect(first.value).toMatchObject({ items: [{}, {}], upToDate: true });
    expect(second.value).toMatchObject({ closed: false, upToDate: true });
    expect(last.value).toMatchObject({ items: [], closed: true });
    expect(await live.next()).toEqual({ done: true, value: undefined });
  });

  it('goes on exactly after any batch it delivered', async () => {
    for (const n of upTo(5)) await append(n);
    const some = await batchesUntil(followLog(target, FROM_START), until(1));
    await append(5);
    const offset = some.at(-1)?.offset ?? LOG_START;
    const more = followLog(target, { ...FROM_START, offset });
    const rest = await batchesUntil(more, (_, [last]) => last !== undefined);
    expect([...allNumbers(some), ...allNumbers(rest)]).toEqual(upTo(6));
  });

  it.each([0, 150, 400, 520, 700, 901])(
    'loses and repeats nothing when cut after %i bytes',
    async (afterBytes) => {
      for (const n of upTo(6)) await append(n);
      proxy.cutNext(
        { kind: 'answer', afterBytes },
        { kind: 'request' },
        { kind: 'answer', afterBytes: afterBytes + 17 },
      );
      const drops: FollowDrop[] = [];
      const batches = await batchesUntil(
        followLog(cuttable, {
          ...FROM_START,
          onReconnect: (drop) => drops.push(drop),
        }),
        until(6),
      );
      expect(allNumbers(batches)).toEqual(upTo(6));
      expect(drops.length).toBeGreaterThanOrEqual(2);
    },
  );

  it('notices a half-open connection, before, amid and after events', async () => {
    await append(0);
    for (const afterBytes of [0, 350, 600]) {
      proxy.cutNext({ kind: 'silence', afterBytes });
      const batches = await batchesUntil(
        followLog(cuttable, { ...FROM_START, stallTimeoutMs: 400 }),
        until(1),
      );
      expect(allNumbers(batches)).toEqual([0]);
    }
  });

  it('takes signs of life for what they are: no news, and no stall', async () => {
    const aborter = new AbortController();
    const drops: FollowDrop[] = [];
    const following = Array.fromAsync(
      followLog(cuttable, {
        ...FROM_START,
        signal: aborter.signal,
        stallTimeoutMs: 400,
        onReconnect: (drop) => drops.push(drop),
      }),
    );
    // One every 200 ms.
    const before = proxy.answerBytes;
    await vi.waitFor(
      () => expect(proxy.answerBytes - before).toBeGreaterThan(1_000),
      { timeout: 5_000 },
    );
    aborter.abort();
    expect(await following).toHaveLength(1);
    expect(drops).toEqual([]);
  });

  it('notices that the log was deleted while it followed', async () => {
    const following = followLog(target, { ...FROM_START, stallTimeoutMs: 400 });
    await following.next();
    await deleteStream(target);
    await expect(following.next()).rejects.toMatchObject({
      code: 'log-lost',
      status: 404,
    });
  });

  it('notices that the log was made anew', async () => {
    await append(0, 1, 2);
    const following = followLog(cuttable, { ...FROM_START, retry: HURRIED });
    await following.next();
    await deleteStream(target);
    await createStream(target, { body: batchOf(0) });
    proxy.cutAll();
    await expect(following.next()).rejects.toMatchObject({ code: 'log-lost' });
  });

  it.each([
    { status: 503 },
    { status: 429, retryAfter: 0 },
    { dropConnection: true },
    { injectSseEvent: { eventType: 'control', data: 'no json' } },
    { injectSseEvent: { eventType: 'control', data: '{}' } },
    { injectSseEvent: { eventType: 'data', data: '{"no":"array"}' } },
    { injectSseEvent: { eventType: 'unheard-of', data: 'x' } },
  ])('gets over %j', async (fault) => {
    await append(0);
    streams.server.injectFault(path, { ...fault, count: 2, method: 'GET' });
    const batches = await batchesUntil(followLog(target, FROM_START), until(1));
    expect(allNumbers(batches)).toEqual([0]);
  });

  it('rotates seamlessly where connections are capped', async () => {
    const live = batchesUntil(followLog(cuttable, FROM_START), until(30));
    for (const n of upTo(30)) {
      await append(n);
      if (n % 3 === 0) proxy.cutAll();
    }
    expect(allNumbers(await live)).toEqual(upTo(30));
  });

  describe('by long poll, where the server has no event streams', () => {
    const withoutEventStreams = (): StreamTarget & {
      readonly requests: Request[];
    } =>
      counted({
        ...target,
        fetch: (input, init) => {
          const { url } = new Request(input);
          // A proxy that knows nothing of SSE, for example.
          if (url.includes('live=sse')) {
            return Promise.resolve(Response.json([]));
          }
          return fetch(input, init);
        },
      });

    it('delivers what there is, then what comes, then ends', async () => {
      await append(0);
      const live = Array.fromAsync(
        followLog(withoutEventStreams(), FROM_START),
      );
      for (const n of [1, 2, 3]) await append(n);
      await closeStream(target);
      const batches = await live;
      expect(allNumbers(batches)).toEqual(upTo(4));
      expect(batches.at(-1)?.closed).toBe(true);
    });

    it('gets the records of the append that closes the log', async () => {
      const live = followLog(withoutEventStreams(), FROM_START);
      await live.next();
      const rest = Array.fromAsync({ [Symbol.asyncIterator]: () => live });
      await vi.waitFor(() => expect(streams.waitingReaders).toBe(1));
      await closeStream(target, batchOf(0));
      const batches = await rest;
      expect(allNumbers(batches)).toEqual([0]);
      expect(batches.at(-1)?.closed).toBe(true);
    });

    it('asks again when a poll times out, and not more often', async () => {
      const aborter = new AbortController();
      const polling = withoutEventStreams();
      const began = performance.now();
      const live = Array.fromAsync(
        followLog(polling, { ...FROM_START, signal: aborter.signal }),
      );
      // SSE, the first poll, and then one for each 200 ms.
      await vi.waitFor(
        () => expect(polling.requests.length).toBeGreaterThan(4),
        { timeout: 5_000 },
      );
      expect(performance.now() - began).toBeGreaterThan(390);
      aborter.abort();
      expect(await live).toHaveLength(1);
    });
  });

  it('holds whole batches of any size, cut at any byte', async () => {
    const body = JSON.stringify(
      upTo(300).map((n) => ({ ...record(n), pad: '€😀\r\n\u2028'.repeat(40) })),
    );
    await appendPlain(target, { body });
    proxy.cutNext(
      { kind: 'answer', afterBytes: 70_001 },
      { kind: 'answer', afterBytes: 100_003 },
    );
    const batches = await batchesUntil(
      followLog(cuttable, FROM_START),
      until(1),
    );
    expect(allNumbers(batches)).toEqual(upTo(300));
  });
});
