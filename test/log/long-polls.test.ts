import { afterAll, beforeAll, expect, it } from 'vitest';
import { appendPlain, createStream, followLog } from '../../src/log/index.js';
import {
  allNumbers,
  batchesUntil,
  batchOf,
  counted,
  QUICK,
} from './log-fixtures.js';
import { StreamsServer } from './streams-server.js';

let streams: StreamsServer;
beforeAll(async () => {
  streams = await StreamsServer.start('memory', { longPollTimeout: 200 });
});
afterAll(() => streams.dispose());

it('asks for the same as all others that poll at that place, and never twice', async () => {
  const target = counted(streams.target('/polled/log'));
  await createStream(target);
  await appendPlain(target, { body: batchOf(0) });
  const follow = (offset: string) =>
    followLog(target, { offset, mode: 'long-poll', retry: QUICK });
  const early = follow('-1');
  const first = (await early.next()).value;
  const next = early.next();
  await appendPlain(target, { body: batchOf(1) });
  const second = (await next).value;
  // It comes at the same place in another way.
  const late = follow(first?.offset ?? '');
  expect((await late.next()).value).toEqual(second);
  const rest = [early, late].map((reader) =>
    batchesUntil(reader, (_, numbers) => numbers.includes(2)),
  );
  // Longer than a poll: there is nothing for them meanwhile.
  await expect
    .poll(() => pollsOf(target.requests).filter(({ cursor }) => cursor).length)
    .toBeGreaterThan(1);
  await appendPlain(target, { body: batchOf(2) });
  for (const batches of await Promise.all(rest)) {
    expect(allNumbers(batches)).toEqual([2]);
  }
  const polls = pollsOf(target.requests);
  expect(polls.every(({ live }) => live === 'long-poll')).toBe(true);
  const byPlace = Map.groupBy(polls, ({ offset }) => offset);
  for (const [first, ...again] of byPlace.values()) {
    expect(first?.cursor).toBeNull();
    // Two readers, and so at most two that come there anew.
    expect(again.filter(({ cursor }) => cursor === null).length).toBeLessThan(
      2,
    );
  }
  const waited = byPlace.get(second?.offset ?? '') ?? [];
  expect(waited.some(({ cursor }) => cursor !== null)).toBe(true);
});

it('does not ask without a pause where a cache forgets the offset', async () => {
  const { url } = streams.target('/forgotten/log');
  await createStream({ url });
  await appendPlain({ url }, { body: batchOf(0) });
  const first = await fetch(`${url}?offset=-1`);
  const kept = await first.text();
  const next = first.headers.get('stream-next-offset') ?? '';
  const target = counted({
    url,
    fetch: async () =>
      new Response(kept, { headers: { 'stream-next-offset': next } }),
  });
  const retry = { ...QUICK, giveUpAfterMs: 300 };
  const options = { offset: '-1', mode: 'long-poll', retry } as const;
  const read: number[] = [];
  const followed = async (): Promise<void> => {
    for await (const batch of followLog(target, options)) {
      read.push(...allNumbers([batch]));
      if (read.length > 50) return;
    }
  };
  await expect(followed()).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(read).toEqual([0]);
  expect(target.requests.length).toBeLessThan(100);
});

function pollsOf(requests: readonly Request[]) {
  return requests
    .filter(({ method }) => method === 'GET')
    .map(({ url }) => new URL(url).searchParams)
    .map((query) => ({
      offset: query.get('offset') ?? '',
      live: query.get('live'),
      cursor: query.get('cursor'),
    }));
}
