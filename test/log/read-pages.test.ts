import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  appendPlain,
  createStream,
  deleteStream,
  readPages,
  type LogBatch,
  type StreamTarget,
} from '../../src/log/index.js';
import {
  allNumbers,
  batchOf,
  counted,
  HURRIED,
  QUICK,
  readNumbers,
  record,
  upTo,
} from './log-fixtures.js';
import { STORES, StreamsServer } from './streams-server.js';

const collect = (
  target: StreamTarget,
  options: Parameters<typeof readPages>[1] = { retry: QUICK },
): Promise<LogBatch[]> => Array.fromAsync(readPages(target, options));

describe.each(STORES)('readPages on a %s store', (store) => {
  let streams: StreamsServer;
  let path: string;
  let target: StreamTarget;

  beforeAll(async () => {
    streams = await StreamsServer.start(store);
  });
  afterAll(() => streams.dispose());
  beforeEach(() => {
    path = `/${crypto.randomUUID()}/log`;
    target = streams.target(path);
  });

  it('reads everything, and from any offset the rest', async () => {
    const { offset } = await createStream(target, { body: batchOf(0, 1) });
    await appendPlain(target, { body: batchOf(2) });
    const [all] = await collect(target);
    const rest = await collect(target, { offset });
    expect(allNumbers(all === undefined ? [] : [all])).toEqual([0, 1, 2]);
    expect(allNumbers(rest)).toEqual([2]);
    expect(rest).toMatchObject([
      { offset: all?.offset, upToDate: true, closed: false },
    ]);
  });

  it('yields one empty batch where nothing follows', async () => {
    const { offset } = await createStream(target, { closed: true });
    expect(await collect(target)).toEqual([
      { items: [], offset, upToDate: true, closed: true },
    ]);
  });

  it('says that the log is lost where there is no stream', async () => {
    await expect(collect(target)).rejects.toMatchObject({
      code: 'log-lost',
      status: 404,
    });
  });

  it('reads again what was cut, corrupted or refused for a moment', async () => {
    await createStream(target, {
      body: JSON.stringify(upTo(200).map(record)),
    });
    for (const fault of [
      { truncateBodyBytes: 150 },
      { corruptBody: true },
      { dropConnection: true },
      { status: 503 },
    ]) {
      streams.server.injectFault(path, { ...fault, method: 'GET' });
      expect(allNumbers(await collect(target))).toEqual(upTo(200));
    }
  });

  it('says that the log is lost where it ends before the offset', async () => {
    await createStream(target, { body: batchOf(0, 1, 2) });
    const [whole] = await collect(target);
    await deleteStream(target);
    await createStream(target, { body: batchOf(0) });
    const again = collect(target, { offset: whole?.offset, retry: HURRIED });
    await expect(again).rejects.toMatchObject({ code: 'log-lost' });
    expect(await readNumbers(target)).toEqual([0]);
  });
});

describe('readPages', () => {
  const paging = (...pages: readonly object[][]): StreamTarget => ({
    url: 'http://streams/log?tenant=1',
    fetch: (input) => {
      const url = new URL(new Request(input).url);
      expect(url.searchParams.get('tenant')).toBe('1');
      const from = url.searchParams.get('offset');
      const index = from === '-1' ? 0 : Number(from);
      const headers = new Headers({ 'stream-next-offset': `${index + 1}` });
      if (index === pages.length - 1) headers.set('stream-up-to-date', 'true');
      return Promise.resolve(Response.json(pages[index], { headers }));
    },
  });

  it('goes on from page to page until it is up to date', async () => {
    const target = paging([record(0)], [record(1), record(2)], []);
    const batches = await collect(target);
    expect(allNumbers(batches)).toEqual([0, 1, 2]);
    expect(batches.map(({ upToDate }) => upToDate)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('does not take an aborted reading for a whole one', async () => {
    const aborter = new AbortController();
    const reason = new Error('enough');
    const reading = readPages(paging([], [], []), { signal: aborter.signal });
    await reading.next();
    aborter.abort(reason);
    await expect(reading.next()).rejects.toBe(reason);
  });

  it('reads a page for as long as it keeps coming', async () => {
    let left = new TextEncoder().encode(batchOf(0, 1, 2));
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (left.length === 0) return controller.close();
        controller.enqueue(left.slice(0, 20));
        left = left.slice(20);
      },
    });
    const headers = { 'stream-next-offset': '1', 'stream-up-to-date': 'true' };
    const target = counted({
      url: 'http://streams/log',
      fetch: () => Promise.resolve(new Response(body, { headers })),
    });
    const retry = { ...QUICK, attemptTimeoutMs: 150 };
    expect(allNumbers(await collect(target, { retry }))).toEqual([0, 1, 2]);
    expect(target.requests).toHaveLength(1);
  });

  it('gives up on pages that lead nowhere', async () => {
    const headers = { 'stream-next-offset': '5' };
    const { requests, ...target } = counted({ url: 'http://streams/log' });
    const circling = {
      ...target,
      fetch: (...args: Parameters<typeof fetch>) => {
        requests.push(new Request(...args));
        return Promise.resolve(Response.json([], { headers }));
      },
    };
    const retry = { ...QUICK, giveUpAfterMs: 100 };
    await expect(
      collect(circling, { offset: '5', retry }),
    ).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(requests.length).toBeLessThan(20);
  });
});
