import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  interleave,
  resumable,
  type Contender,
} from '../contenders/contender.js';
import { compareToPeers, type Comparison } from '../report/comparison.js';
import type { Figure } from '../report/figure.js';
import { median, percentile } from '../report/statistics.js';
import { sharedClock } from '../servers/shared-clock.js';
import type { Effort } from './measurement.js';
import { readAnswer, resume, send } from './read-answer.js';

const READERS = 500;
const APART_MS = 8;
const PLAN = { tokens: 45, everyMs: 200, hold: true };

/** After its last token an answer waits to be released. */
const HELD_MS = 300;
const LIMIT_MS = 45_000;
const TITLE = '1 chat, 5 tokens/s, 500 readers';

/** One chat that many watch. */
export async function audience(
  contenders: readonly Contender[],
  { audienceRounds }: Pick<Effort, 'audienceRounds'>,
): Promise<readonly Figure[]> {
  const able = resumable(contenders);
  const played = await interleave(able, audienceRounds, playRound);
  const figure = (of: (round: Round) => number): Comparison =>
    compareToPeers(played, (round) =>
      round === undefined ? Number.POSITIVE_INFINITY : of(round),
    );
  return [
    {
      name: `${TITLE}: added to a token, median (ratio to the best peer)`,
      unit: 'ms',
      ...figure(({ delays }) => median(delays)),
    },
    {
      name: `${TITLE}: added to a token, p99 (ratio to the best peer)`,
      unit: 'ms',
      ...figure(({ delays }) => percentile(delays, 0.99)),
    },
    {
      name: `${TITLE}: server CPU a chunk (ratio to the best peer)`,
      chart: 'Server CPU a chunk, 500 readers of one chat',
      unit: 'µs',
      ...figure(({ cpu }) => cpu),
    },
    {
      name: `${TITLE}: connections to the store`,
      unit: '',
      values: figure(({ connections }) => connections).values,
    },
  ];
}

interface Round {
  readonly delays: readonly number[];
  /** Microseconds of the app's CPU for one chunk that a reader got. */
  readonly cpu: number;
  readonly connections: number;
}

async function playRound(contender: Contender): Promise<Round | undefined> {
  const late = sleep(LIMIT_MS, undefined, { ref: false });
  const played = await Promise.race([watch(contender), late]);
  return played ?? undefined;
}

async function watch(contender: Contender): Promise<Round> {
  const { app, store, transport } = contender;
  const chatId = randomUUID();
  const before = await app.cpu();
  const live = await send(transport, PLAN, { chatId });
  const begun = Promise.withResolvers<void>();
  const said = Promise.withResolvers<void>();
  let tokens = 0;
  const reading = readAnswer(live, () => {
    tokens += 1;
    begun.resolve();
    if (tokens === PLAN.tokens) said.resolve();
  });
  await begun.promise;
  const from = sharedClock() + READERS * APART_MS + PLAN.everyMs;
  const delays: number[] = [];
  let joined = 0;
  const all = Promise.withResolvers<void>();
  const read = async (reader: number): Promise<number> => {
    await sleep(reader * APART_MS);
    const answer = await resume(contender.openPage(), chatId);
    joined += 1;
    if (joined === READERS) all.resolve();
    return readAnswer(answer, (delta) => {
      if (Number(delta) > from) delays.push(sharedClock() - Number(delta));
    });
  };
  const readers = Array.from({ length: READERS }, (_, reader) => read(reader));
  await sleep(from - sharedClock());
  const usage = await store?.usage();
  await Promise.all([said.promise, all.promise]);
  await sleep(HELD_MS);
  await app.release();
  const chunks = await Promise.all([reading, ...readers]);
  const total = chunks.reduce((sum, count) => sum + count, 0);
  return {
    delays,
    cpu: ((await app.cpu()) - before) / total,
    connections: usage?.connections ?? 0,
  };
}
