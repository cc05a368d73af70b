import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { usedSince } from '../contenders/store.js';
import { median, percentile } from '../report/statistics.js';
import { sharedClock } from '../servers/shared-clock.js';
import { Follower } from './follower.js';
import { ask, type SessionApp } from './session-app.js';

/** Sessions that each have so many followers, and are answered at once. */
export interface Crowd {
  readonly sessions: number;
  readonly followers: number;
  readonly tokens: number;
  readonly everyMs: number;
}

export interface CrowdFigures {
  /** Milliseconds that are added to a token on its way to a follower. */
  readonly median: number;
  readonly p99: number;
  /** Microseconds of the server for one token that one follower is shown. */
  readonly cpu: number;
  /** To the store, in a second. */
  readonly requests: number;
  /** To the store, while all follow. */
  readonly connections: number;
}

/** Between two that come. */
const APART_MS = 4;

export async function watchCrowd(
  { app, store, open }: SessionApp,
  crowd: Crowd,
): Promise<CrowdFigures> {
  using stack = new DisposableStack();
  const chats = Array.from({ length: crowd.sessions }, () => randomUUID());
  const groups: Follower[][] = [];
  for (const chatId of chats) {
    const group: Follower[] = [];
    for (let follower = 0; follower < crowd.followers; follower += 1) {
      group.push(stack.use(new Follower(open(chatId))));
      await sleep(APART_MS);
    }
    groups.push(group);
  }
  const followers = groups.flat();
  await Promise.all(followers.map(({ connected }) => connected));
  const cpu = await app.cpu();
  const usage = await store.usage();
  const begin = sharedClock();
  const answered = followers.map((follower) => follower.nextAnswer());
  await Promise.all(
    groups.map(async ([asker], index) => {
      // Over a token's time, so that not all speak at once.
      await sleep((index / groups.length) * crowd.everyMs);
      if (asker) await ask(asker.session, crowd);
    }),
  );
  await Promise.all(answered);
  const seconds = (sharedClock() - begin) / 1_000;
  const delays = followers.flatMap((one) => one.delays);
  const used = usedSince(usage, await store.usage());
  return {
    median: median(delays),
    p99: percentile(delays, 0.99),
    cpu: ((await app.cpu()) - cpu) / delays.length,
    requests: used.requests / seconds,
    connections: usage.connections,
  };
}
