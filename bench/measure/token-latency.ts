import { interleave, type Contender } from '../contenders/contender.js';
import { compare } from '../report/comparison.js';
import { atMost, type Figure } from '../report/figure.js';
import { median, percentile } from '../report/statistics.js';
import type { StoreUsage } from '../servers/store-usage.js';
import type { Effort } from './measurement.js';
import { playCrowd, type Crowd, type CrowdRound } from './play-crowd.js';

const ALONE: Crowd = { chats: 1, tokens: 200, everyMs: 10, apartMs: 0 };

/** Says 1,000 tokens a second together: at the pace of many models. */
const CALM_CROWD: Crowd = { chats: 50, tokens: 80, everyMs: 50, apartMs: 10 };

// The others say 2,500 tokens a second together, what one process of the plain
// app can just do on a slow machine: what differs is the number of chats.
export const CROWD: Crowd = {
  chats: 50,
  tokens: 150,
  everyMs: 20,
  apartMs: 10,
};
export const BIG_CROWD: Crowd = {
  chats: 500,
  tokens: 40,
  everyMs: 200,
  apartMs: 8,
};

export async function alone(
  contenders: readonly Contender[],
  { aloneRounds }: Pick<Effort, 'aloneRounds'>,
): Promise<readonly Figure[]> {
  const played = await interleave(contenders, aloneRounds, (contender) =>
    playCrowd(contender, ALONE),
  );
  return [
    {
      name: 'added to a token, median',
      chart: 'Added to a token, one chat',
      unit: 'ms',
      ...compare(played, (round) => medianOf(round)),
      target: atMost(0.8),
    },
    {
      name: 'added to a token, p99',
      unit: 'ms',
      ...compare(played, (round) => p99Of(round)),
    },
  ];
}

export async function crowd(
  contenders: readonly Contender[],
  { crowdRounds }: Pick<Effort, 'crowdRounds'>,
): Promise<readonly Figure[]> {
  const calm = await crowdFigures(contenders, CALM_CROWD, crowdRounds);
  const busy = await crowdFigures(contenders, CROWD, crowdRounds);
  return [...calm, ...busy].map((figure) =>
    figure.name.includes('p99') ? { ...figure, target: atMost(1.5) } : figure,
  );
}

export function crowd500(
  contenders: readonly Contender[],
  { bigCrowdRounds }: Pick<Effort, 'bigCrowdRounds'>,
): Promise<readonly Figure[]> {
  return crowdFigures(contenders, BIG_CROWD, bigCrowdRounds);
}

async function crowdFigures(
  contenders: readonly Contender[],
  setting: Crowd,
  rounds: number,
): Promise<readonly Figure[]> {
  const played = await interleave(contenders, rounds, (contender) =>
    playCrowd(contender, setting),
  );
  const stored = new Map([...played].filter(([name]) => name !== 'plain'));
  const { chats, everyMs } = setting;
  const title = `${chats} chats, ${1_000 / everyMs} tokens/s each`;
  return [
    {
      name: `${title}: added to a token, median`,
      unit: 'ms',
      ...compare(played, (round) => medianOf(round)),
    },
    {
      name: `${title}: added to a token, p99`,
      chart: `Added to a token, ${title}, p99`,
      unit: 'ms',
      ...compare(played, (round) => p99Of(round)),
    },
    {
      name: `${title}: server CPU a chunk`,
      unit: 'µs',
      ...compare(played, (round) => round?.cpu ?? OVERLOADED),
    },
    {
      name: `${title}: requests to the store a second`,
      unit: '/s',
      ...compare(stored, (round) =>
        perSecond(round, ({ requests }) => requests),
      ),
    },
    {
      name: `${title}: CPU of the store`,
      unit: '%',
      ...compare(stored, (round) => perSecond(round, ({ cpu }) => cpu / 1e4)),
    },
  ];
}

/** An app that does not hold the rate has no figure. */
const OVERLOADED = Number.POSITIVE_INFINITY;

function medianOf(round: CrowdRound): number {
  return round === undefined ? OVERLOADED : median(round.delays);
}

function p99Of(round: CrowdRound): number {
  return round === undefined ? OVERLOADED : percentile(round.delays, 0.99);
}

function perSecond(
  round: CrowdRound,
  figure: (usage: StoreUsage) => number,
): number {
  if (round?.store === undefined) return OVERLOADED;
  return figure(round.store) / round.seconds;
}
