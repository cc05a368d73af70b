import { interleave, type Contender } from '../contenders/contender.js';
import { compare } from '../report/comparison.js';
import { atLeast, atMost, type Figure } from '../report/figure.js';
import type { AnswerPlan } from '../servers/answer-plan.js';
import { sharedClock } from '../servers/shared-clock.js';
import type { Effort } from './measurement.js';
import { readAnswer, send } from './read-answer.js';

const TOKENS = 3_000;

/** One answer of a model that says its tokens as fast as they are taken. */
export async function fullSpeed(
  contenders: readonly Contender[],
  { fastRounds }: Pick<Effort, 'fastRounds'>,
): Promise<readonly Figure[]> {
  const plan: AnswerPlan = { tokens: TOKENS, everyMs: 0 };
  return throughput(contenders, { plan, rounds: fastRounds, suffix: '' });
}

/** The same, but of chunks that are ready: without the work of `streamText`. */
export async function hotPath(
  contenders: readonly Contender[],
  { fastRounds }: Pick<Effort, 'fastRounds'>,
): Promise<readonly Figure[]> {
  const plan: AnswerPlan = { tokens: TOKENS, everyMs: 0, source: 'chunks' };
  const suffix = ', ready chunks without streamText';
  return throughput(contenders, { plan, rounds: fastRounds, suffix });
}

async function throughput(
  contenders: readonly Contender[],
  {
    plan,
    rounds,
    suffix,
  }: { plan: AnswerPlan; rounds: number; suffix: string },
): Promise<readonly Figure[]> {
  const played = await interleave(contenders, rounds, (contender) =>
    playRound(contender, plan),
  );
  return [
    {
      name: `chunks a second${suffix}`,
      unit: '/s',
      isMoreBetter: true,
      ...(suffix === '' && { chart: 'Chunks a second' }),
      ...compare(played, ({ chunksPerSecond }) => chunksPerSecond),
      target: atLeast(2),
    },
    {
      name: `server CPU a chunk${suffix}`,
      ...(suffix === '' && { chart: 'Server CPU a chunk' }),
      unit: 'µs',
      ...compare(played, ({ cpu }) => cpu),
      target: atMost(0.6),
    },
  ];
}

interface Round {
  readonly chunksPerSecond: number;
  /** Microseconds of the app's CPU for one chunk. */
  readonly cpu: number;
}

async function playRound(
  { transport, app }: Contender,
  plan: AnswerPlan,
): Promise<Round> {
  const before = await app.cpu();
  const begin = sharedClock();
  let last = begin;
  const answer = await send(transport, plan);
  const chunks = await readAnswer(answer, () => {
    last = sharedClock();
  });
  return {
    // To the last token: how a run is brought to its end is another figure.
    chunksPerSecond: (plan.tokens / (last - begin)) * 1_000,
    cpu: ((await app.cpu()) - before) / chunks,
  };
}
