import {
  eachOf,
  interleave,
  type Contender,
  type Contenders,
  type Pair,
} from './contender.js';
import { readAnswer, send } from './read-answer.js';
import { sharedClock } from './shared-clock.js';
import { median } from './statistics.js';

export interface Throughput {
  readonly chunksPerSecond: Pair;
  /** Microseconds of the app's CPU for one chunk. */
  readonly cpu: Pair;
}

/** A model that says its tokens as fast as they are taken. */
export async function measureThroughput(
  contenders: Contenders,
  { tokens, rounds }: { readonly tokens: number; readonly rounds: number },
): Promise<Throughput> {
  const measured = await interleave(contenders, rounds, (contender) =>
    playRound(contender, tokens),
  );
  const of = (figure: (round: Round) => number): Pair =>
    eachOf(measured, (results) => median(results.map(figure)));
  return {
    chunksPerSecond: of(({ chunksPerSecond }) => chunksPerSecond),
    cpu: of(({ cpu }) => cpu),
  };
}

interface Round {
  readonly chunksPerSecond: number;
  readonly cpu: number;
}

async function playRound(
  { transport, app }: Contender,
  tokens: number,
): Promise<Round> {
  const before = await app.cpu();
  const begin = sharedClock();
  let last = begin;
  const answer = await send(transport, { tokens, everyMs: 0 });
  const chunks = await readAnswer(answer, () => {
    last = sharedClock();
  });
  return {
    // To the last token: how a run is brought to its end is another figure.
    chunksPerSecond: (tokens / (last - begin)) * 1_000,
    cpu: ((await app.cpu()) - before) / chunks,
  };
}
