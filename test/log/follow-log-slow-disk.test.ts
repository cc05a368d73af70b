import { expect, it, onTestFinished } from 'vitest';
import {
  appendPlain,
  createStream,
  followLog,
  readPages,
  type LogBatch,
} from '../../src/log/index.js';
import { allNumbers, batchOf, batchesUntil, QUICK } from './log-fixtures.js';
import { StreamsServer } from './streams-server.js';

it('does not repeat a batch that the store hands out before it commits it', async () => {
  const streams = await StreamsServer.start('file');
  onTestFinished(() => streams.dispose());
  const target = streams.target('/chat/log');
  await createStream(target, { body: batchOf(0) });
  streams.delayCommits(50);
  const appending = appendPlain(target, { body: batchOf(1) });

  let pages: LogBatch[] = [];
  while (allNumbers(pages).length < 2) {
    pages = await Array.fromAsync(readPages(target));
  }
  // Not committed yet: the server, asked for what follows, goes back to 0.
  const offset = pages.at(-1)?.offset ?? '';
  const live = followLog(target, { offset, retry: QUICK });
  const following = batchesUntil(live, (_, [last]) => last !== undefined);
  await appending;
  await appendPlain(target, { body: batchOf(2) });

  expect(allNumbers(pages)).toEqual([0, 1]);
  expect(allNumbers(await following)).toEqual([2]);
});
