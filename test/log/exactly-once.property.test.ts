import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Appender,
  createStream,
  followLog,
  type AppenderEnd,
  type RetryPolicy,
} from '../../src/log/index.js';
import { LOG_START } from '../../src/protocol/index.js';
import { CuttingProxy, type Cut } from './cutting-proxy.js';
import {
  allNumbers,
  batchesUntil,
  batchOf,
  readNumbers,
  upTo,
} from './log-fixtures.js';
import { STORES, StreamsServer } from './streams-server.js';

const RETRY: RetryPolicy = {
  initialDelayMs: 2,
  maxDelayMs: 10,
  giveUpAfterMs: 20_000,
  attemptTimeoutMs: 60,
};

const afterBytes = fc.nat(1_200);

const cut: fc.Arbitrary<Cut> = fc.oneof(
  { arbitrary: fc.constant<Cut>({ kind: 'none' }), weight: 3 },
  fc.constant<Cut>({ kind: 'request' }),
  afterBytes.map((bytes): Cut => ({ kind: 'answer', afterBytes: bytes })),
  fc.nat(300).map((bytes): Cut => ({ kind: 'silence', afterBytes: bytes })),
);

interface Schedule {
  readonly writerCuts: readonly Cut[];
  readonly readerCuts: readonly Cut[];
  /** How many records arrive at the appender at once. */
  readonly bursts: readonly number[];
}

const schedule: fc.Arbitrary<Schedule> = fc.record({
  writerCuts: fc.array(cut, { maxLength: 12 }),
  readerCuts: fc.array(cut, { maxLength: 12 }),
  bursts: fc.array(fc.integer({ min: 1, max: 5 }), {
    minLength: 1,
    maxLength: 12,
  }),
});

describe.each(STORES)('a log on a %s store', (store) => {
  let streams: StreamsServer;

  beforeAll(async () => {
    streams = await StreamsServer.start(store);
  });
  afterAll(() => streams.dispose());

  /** Writes and reads through proxies of their own; what the reader saw. */
  async function run(faults: Schedule): Promise<{
    readonly seen: readonly number[];
    readonly stored: readonly number[];
    readonly ends: readonly AppenderEnd[];
  }> {
    const path = `/${crypto.randomUUID()}/log`;
    await createStream(streams.target(path));
    const toWriter = await CuttingProxy.start(streams.port);
    const toReader = await CuttingProxy.start(streams.port);
    toWriter.cutNext(...faults.writerCuts);
    toReader.cutNext(...faults.readerCuts);
    const total = faults.bursts.reduce((sum, burst) => sum + burst, 0);
    const follow = { offset: LOG_START, stallTimeoutMs: 100, retry: RETRY };
    const following = batchesUntil(
      followLog(streams.target(path, toReader.port), follow),
      (_, numbers) => numbers.length >= total,
    );
    const pending: number[] = [];
    const ends: AppenderEnd[] = [];
    const appender = new Appender({
      target: streams.target(path, toWriter.port),
      producer: { id: 'assistant', epoch: 1 },
      flushIntervalMs: 1,
      nextBatch: () =>
        pending.length > 0 ? batchOf(...pending.splice(0)) : undefined,
      onEnd: (reason) => ends.push(reason),
      retry: RETRY,
    });
    let next = 0;
    for (const burst of faults.bursts) {
      for (let n = 0; n < burst; n += 1) pending.push((next += 1) - 1);
      appender.wake();
      await new Promise(setImmediate);
    }
    await appender.flush();
    appender.stop();
    const seen = allNumbers(await following);
    const stored = await readNumbers(streams.target(path));
    await Promise.all([toWriter.stop(), toReader.stop()]);
    return { seen, stored, ends };
  }

  it('holds and delivers every record once and in order, whatever is cut', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (faults) => {
        const all = upTo(faults.bursts.reduce((sum, burst) => sum + burst, 0));
        const { seen, stored, ends } = await run(faults);
        expect(ends).toEqual([]);
        expect(stored).toEqual(all);
        expect(seen).toEqual(all);
      }),
      { numRuns: 25, interruptAfterTimeLimit: 12_000 },
    );
  });
});
