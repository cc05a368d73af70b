import { expect, it, onTestFinished, vi } from 'vitest';
import {
  Appender,
  createStream,
  followLog,
  type AppenderEnd,
  type RetryPolicy,
} from '../../src/log/index.js';
import { LOG_START } from '../../src/protocol/index.js';
import {
  allNumbers,
  batchesUntil,
  batchOf,
  QUICK,
  readNumbers,
  upTo,
} from './log-fixtures.js';
import { StreamsServer } from './streams-server.js';

const BATCHES = 60;

const soon = { timeout: 20_000, interval: 1 };

const PATIENT: RetryPolicy = { ...QUICK, giveUpAfterMs: Infinity };

it('writer and reader get over a streams server that is restarted', async () => {
  const streams = await StreamsServer.start('file');
  onTestFinished(() => streams.dispose());
  const target = streams.target('/chat/log');
  await createStream(target);
  const follow = { offset: LOG_START, retry: PATIENT };
  const live = batchesUntil(
    followLog(target, follow),
    (_, numbers) => numbers.length >= BATCHES,
  );

  const ends: AppenderEnd[] = [];
  let next = 0;
  const appender = new Appender({
    target,
    producer: { id: 'assistant', epoch: 1 },
    flushIntervalMs: 0,
    nextBatch: () => (next < BATCHES ? batchOf((next += 1) - 1) : undefined),
    onEnd: (reason) => ends.push(reason),
    retry: PATIENT,
  });
  const flushed = appender.flush();
  for (const written of [10, 30]) {
    await vi.waitFor(() => expect(next).toBeGreaterThan(written), soon);
    await streams.stop();
    await vi.waitFor(() => expect(appender.retrying).toBe(true), soon);
    await streams.startAgain();
  }
  await flushed;
  appender.stop();

  expect(ends).toEqual([]);
  expect(await readNumbers(target)).toEqual(upTo(BATCHES));
  expect(allNumbers(await live)).toEqual(upTo(BATCHES));
});
