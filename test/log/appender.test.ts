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
  appendOnce,
  Appender,
  createStream,
  deleteStream,
  headStream,
  type AppenderEnd,
  type AppenderOptions,
  type StreamTarget,
} from '../../src/log/index.js';
import { CuttingProxy } from './cutting-proxy.js';
import {
  batchOf,
  closeStream,
  counted,
  QUICK,
  readNumbers,
  upTo,
} from './log-fixtures.js';
import { STORES, StreamsServer } from './streams-server.js';

const producer = { id: 'assistant', epoch: 7 };

/** An appender and what it has to write: each item is one batch. */
function writing(
  target: StreamTarget,
  options: Partial<AppenderOptions> = {},
): {
  readonly appender: Appender;
  readonly batches: string[];
  readonly accepted: (string | undefined)[];
  readonly ends: AppenderEnd[];
} {
  const batches: string[] = [];
  const accepted: (string | undefined)[] = [];
  const ends: AppenderEnd[] = [];
  const appender = new Appender({
    target,
    producer,
    flushIntervalMs: 5,
    nextBatch: () => batches.shift(),
    onAccepted: (offset) => accepted.push(offset),
    onEnd: (reason) => ends.push(reason),
    retry: QUICK,
    ...options,
  });
  return { appender, batches, accepted, ends };
}

describe.each(STORES)('Appender on a %s store', (store) => {
  let streams: StreamsServer;
  let proxy: CuttingProxy;
  let path: string;
  let target: StreamTarget;

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
    target = streams.target(path, proxy.port);
    await createStream(target);
  });

  it('writes each batch once and in order, whatever is cut', async () => {
    const { appender, batches, accepted, ends } = writing(target);
    batches.push(...upTo(8).map((n) => batchOf(n)));
    proxy.cutNext(
      { kind: 'request' },
      { kind: 'none' },
      { kind: 'answer', afterBytes: 0 },
      { kind: 'request' },
      { kind: 'answer', afterBytes: 30 },
      { kind: 'silence', afterBytes: 10 },
    );
    streams.server.injectFault(path, { status: 503, count: 2, method: 'POST' });
    await appender.flush();
    appender.stop();
    expect(await readNumbers(target)).toEqual(upTo(8));
    expect(accepted).toHaveLength(8);
    expect(accepted.at(-1)).toBe((await headStream(target)).offset);
    expect(ends).toEqual([]);
  });

  it('goes on where the first append was not its own', async () => {
    const first = { producer: { ...producer, seq: 0 }, body: batchOf(0) };
    await appendOnce(target, first);
    const { appender, batches } = writing(target, { firstSeq: 1 });
    batches.push(batchOf(1), batchOf(2));
    await appender.flush();
    appender.stop();
    expect(await readNumbers(target)).toEqual(upTo(3));
  });

  const asNewerWriter = (): Promise<unknown> =>
    appendOnce(target, {
      producer: { ...producer, epoch: 8, seq: 0 },
      body: batchOf(99),
    });
  const asTwin = (): Promise<unknown> =>
    appendOnce(target, { producer: { ...producer, seq: 0 }, body: batchOf(9) });

  it.each([
    ['fenced off', asNewerWriter, { kind: 'fenced', epoch: 8 }],
    ['met by a twin', asTwin, { kind: 'fenced', epoch: 7 }],
    ['closed', () => closeStream(target), { kind: 'closed' }],
    ['deleted', () => deleteStream(target), { kind: 'missing' }],
  ])('ends once when it is %s, and asks no more', async (_, meddle, end) => {
    const { appender, batches, ends, accepted } = writing(target);
    await meddle();
    const before = proxy.exchanges;
    batches.push(batchOf(0), batchOf(1));
    appender.wake();
    await vi.waitFor(() => expect(ends).toEqual([end]));
    appender.wake();
    await appender.flush();
    expect(proxy.exchanges - before).toBe(1);
    expect(ends).toHaveLength(1);
    expect(accepted).toEqual([]);
  });

  it('ends as failed when the server does not know its past', async () => {
    const { appender, batches, ends } = writing(target, { firstSeq: 3 });
    batches.push(batchOf(0));
    const before = proxy.exchanges;
    await appender.flush();
    expect(ends).toMatchObject([
      { kind: 'failed', error: { code: 'log-lost', status: 409 } },
    ]);
    expect(proxy.exchanges - before).toBe(1);
  });

  it('is fenced off when a twin went ahead of it', async () => {
    const { appender, batches, ends } = writing(target);
    batches.push(batchOf(0));
    await appender.flush();
    const twin = { ...producer, seq: 1 };
    await appendOnce(target, { producer: twin, body: batchOf(1) });
    await appendOnce(target, {
      producer: { ...twin, seq: 2 },
      body: batchOf(2),
    });
    batches.push(batchOf(3));
    await appender.flush();
    expect(ends).toEqual([{ kind: 'fenced', epoch: 7 }]);
  });

  it('keeps a batch as it is while it has to be sent again', async () => {
    const { requests, ...counting } = counted(target);
    const { appender, batches } = writing(counting);
    batches.push(batchOf(0));
    streams.server.injectFault(path, { status: 503, count: 999 });
    appender.wake();
    await vi.waitFor(() => expect(appender.retrying).toBe(true));
    batches.push(batchOf(1));
    appender.wake();
    await vi.waitFor(() => expect(requests.length).toBeGreaterThan(2));
    streams.server.clearInjectedFaults();
    await appender.flush();
    appender.stop();
    const sent = await Promise.all(
      requests.map((request) => request.clone().text()),
    );
    expect(sent.at(-1)).toBe(batchOf(1));
    expect(new Set(sent.slice(0, -1))).toEqual(new Set([batchOf(0)]));
    expect(appender.retrying).toBe(false);
    expect(await readNumbers(target)).toEqual([0, 1]);
  });
});

describe('Appender', () => {
  it('ends as failed when its tries are used up', async () => {
    const target: StreamTarget = {
      url: 'http://streams/log',
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    };
    const retry = { ...QUICK, giveUpAfterMs: 50 };
    const { appender, batches, ends } = writing(target, { retry });
    batches.push(batchOf(0));
    await appender.flush();
    expect(ends).toMatchObject([
      { kind: 'failed', error: { code: 'store-unavailable' } },
    ]);
  });

  it('ends as failed when its source throws', async () => {
    const error = new Error('no batch');
    const nextBatch = (): never => {
      throw error;
    };
    const target = { url: 'http://streams/log' };
    const { appender, ends } = writing(target, { nextBatch });
    await appender.flush();
    expect(ends).toEqual([{ kind: 'failed', error }]);
  });

  it.each(['stop', 'the signal'])(
    'is silent after %s, which gives up the append under way',
    async (way) => {
      const aborter = new AbortController();
      const aborted = Promise.withResolvers<void>();
      const target: StreamTarget = {
        url: 'http://streams/log',
        fetch: (input, init) =>
          new Promise((_, reject) => {
            const { signal } = new Request(input, init);
            signal.addEventListener('abort', () => {
              reject(new TypeError('aborted'));
              aborted.resolve();
            });
            setImmediate(() => {
              if (way === 'stop') appender.stop();
              else aborter.abort();
            });
          }),
      };
      const { signal } = aborter;
      const { appender, batches, ends } = writing(target, { signal });
      batches.push(batchOf(0), batchOf(1));
      await appender.flush();
      await aborted.promise;
      appender.wake();
      await appender.flush();
      expect(batches).toHaveLength(1);
      expect(ends).toEqual([]);
    },
  );

  it('never starts with a signal that has fired', async () => {
    const signal = AbortSignal.abort();
    const target = { url: 'http://streams/log' };
    const { appender, batches } = writing(target, { signal });
    batches.push(batchOf(0));
    appender.wake();
    await appender.flush();
    expect(batches).toHaveLength(1);
  });
});
