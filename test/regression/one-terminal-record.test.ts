import { startStreams } from 'ai-durable-transport/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { planRun, registerRun, RunWriter } from '../../src/log/index.js';
import { allowAnyone } from '../../src/server/allow-anyone.js';
import { createContext } from '../../src/server/chat-context.js';
import { soundRuns } from '../support/read-log.js';

const LEASE_MS = 15_000;

afterEach(() => void vi.useRealTimers());

// While the append of the end was under way, a heartbeat could fall due: it
// repeated the run's newest record, and that was the end.
it('writes one terminal record, also where it takes longer than a heartbeat', async () => {
  await using streams = await startStreams();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let isSlow = true;
  const slow: typeof fetch = (input, init) => {
    const body = typeof init?.body === 'string' ? init.body : '';
    const isEnd = body.includes('"status":"done"');
    if (isEnd && isSlow) vi.advanceTimersByTime(LEASE_MS);
    if (isEnd) isSlow = false;
    return fetch(input, init);
  };
  const chats = createContext({
    streams: { url: streams.url, fetch: slow },
    authorize: allowAnyone(),
  });
  const plan = planRun({
    chatId: 'chat-1',
    actorId: 'ada',
    messages: [{ id: 'm1', role: 'user', parts: [] }],
    leaseMs: LEASE_MS,
    newId: () => 'run-1',
    idempotencyKey: undefined,
  });
  const registration = await registerRun(chats, plan, undefined);
  if (registration.kind !== 'registered') throw new Error(registration.kind);
  const writer = new RunWriter(chats, {
    chatId: 'chat-1',
    runId: 'run-1',
    onLost: () => undefined,
    onSealed: () => undefined,
  });
  writer.open(registration);
  await writer.end('done', undefined);
  const [run] = await soundRuns(streams, 'chat-1');
  expect(run?.statuses).toEqual(['active', 'done']);
});
