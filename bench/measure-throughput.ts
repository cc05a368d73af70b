import { compare, type Comparison } from './comparison.js';
import { interleave, type Contender, type Contenders } from './contender.js';
import { readAnswer, send } from './read-answer.js';
import { sharedClock } from './shared-clock.js';

export interface Throughput {
  readonly chunksPerSecond: Comparison;
  /** Microseconds of the app's CPU for one chunk. */
  readonly cpu: Comparison;
}

/** A model that says its tokens as fast as they are taken. */
export async function measureThroughput(
  contenders: Contenders,
  { tokens, rounds }: { readonly tokens: number; readonly rounds: number },
): Promise<Throughput> {
  const measured = await interleave(contenders, rounds, (contender) =>
    playRound(contender, tokens),
  );
  return {
    chunksPerSecond: compare(
      measured,
      ({ chunksPerSecond }) => chunksPerSecond,
    ),
    cpu: compare(measured, ({ cpu }) => cpu),
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
