import { randomUUID } from 'node:crypto';
import {
  interleave,
  resumable,
  type Contender,
} from '../contenders/contender.js';
import { compareToPeers } from '../report/comparison.js';
import { durableAtMost, type Figure } from '../report/figure.js';
import { median, percentile } from '../report/statistics.js';
import { sharedClock } from '../servers/shared-clock.js';
import type { Effort } from './measurement.js';
import { readAnswer, resume, send } from './read-answer.js';

const PLAN = { tokens: 300, everyMs: 10 };
const JOINS_AT = 50;

/** What was said before stands in the replay, and is no live token. */
const SETTLED_MS = 200;

/** How far a follower may be behind: a flush interval, and 10 ms. */
const BEHIND_MS = 40 + 10;

/** A second page, which joins in mid-answer. */
export async function follower(
  contenders: readonly Contender[],
  { followerRounds }: Pick<Effort, 'followerRounds'>,
): Promise<readonly Figure[]> {
  const able = resumable(contenders);
  const played = await interleave(able, followerRounds, playRound);
  return [
    {
      name: 'a follower: added to a token, median (ratio to the best peer)',
      unit: 'ms',
      ...compareToPeers(played, ({ delays }) => median(delays)),
    },
    {
      name: 'a follower: added to a token, p99 (ratio to the best peer)',
      chart: 'Added to a token, a second tab, p99',
      unit: 'ms',
      ...compareToPeers(played, ({ delays }) => percentile(delays, 0.99)),
    },
    {
      name: 'a follower: behind the live reader, median',
      unit: 'ms',
      values: compareToPeers(played, ({ behind }) => median(behind)).values,
      target: durableAtMost(BEHIND_MS),
    },
    {
      name: 'a follower: behind the live reader, p99',
      unit: 'ms',
      values: compareToPeers(played, ({ behind }) => percentile(behind, 0.99))
        .values,
      target: durableAtMost(BEHIND_MS),
    },
  ];
}

interface Round {
  /** Milliseconds from a token's being said to the follower's reading it. */
  readonly delays: readonly number[];
  /** Milliseconds from the live reader's reading it. */
  readonly behind: readonly number[];
}

async function playRound(contender: Contender): Promise<Round> {
  const chatId = randomUUID();
  const joins = Promise.withResolvers<void>();
  const liveAt = new Map<string, number>();
  const readLive = async (): Promise<void> => {
    const answer = await send(contender.transport, PLAN, { chatId });
    await readAnswer(answer, (delta) => {
      liveAt.set(delta, sharedClock());
      if (liveAt.size === JOINS_AT) joins.resolve();
    });
  };
  const followedAt = new Map<string, number>();
  const follow = async (): Promise<void> => {
    await joins.promise;
    const answer = await resume(contender.openPage(), chatId);
    const from = sharedClock() + SETTLED_MS;
    await readAnswer(answer, (delta) => {
      if (Number(delta) > from) followedAt.set(delta, sharedClock());
    });
  };
  await Promise.all([readLive(), follow()]);
  await contender.app.cpu();
  const read = [...followedAt];
  return {
    delays: read.map(([delta, at]) => at - Number(delta)),
    behind: read.map(([delta, at]) => at - (liveAt.get(delta) ?? Number.NaN)),
  };
}
