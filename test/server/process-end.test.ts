import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(
  new URL('../support/short-process.ts', import.meta.url),
);

it('lets a process end whose chats are over, without an error', async () => {
  await using streams = await startStreams();
  const child = fork(SCRIPT, {
    execArgv: ['--import', 'tsx', '--unhandled-rejections=strict'],
    env: { ...process.env, STREAMS_URL: streams.url },
  });
  await once(child, 'message');
  const since = performance.now();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(performance.now() - since).toBeLessThan(3_000);
});
