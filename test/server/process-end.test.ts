import { once } from 'node:events';
import { startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { forkScript } from '../support/fork-script.js';

it('lets a process end whose chats are over, without an error', async () => {
  await using streams = await startStreams();
  const child = forkScript('short-process.ts', {
    flags: ['--unhandled-rejections=strict'],
    env: { STREAMS_URL: streams.url },
  });
  await once(child, 'message');
  const since = performance.now();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(performance.now() - since).toBeLessThan(3_000);
});
