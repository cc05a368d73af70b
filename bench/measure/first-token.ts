import { interleave, type Contender } from '../contenders/contender.js';
import { compare } from '../report/comparison.js';
import { atMost, type Figure } from '../report/figure.js';
import { sharedClock } from '../servers/shared-clock.js';
import type { Effort } from './measurement.js';
import { readAnswer, send } from './read-answer.js';

const PLAN = { tokens: 5, everyMs: 0 };

/** From `sendMessages` to the first token, of a model that waits for nothing. */
export async function firstToken(
  contenders: readonly Contender[],
  { sends }: Pick<Effort, 'sends'>,
): Promise<readonly Figure[]> {
  const times = await interleave(contenders, sends, playRound);
  const compared = compare(times, (time) => time);
  const name = 'time to the first token, median';
  const chart = 'Time to the first token';
  return [{ name, chart, unit: 'ms', ...compared, target: atMost(1.1) }];
}

async function playRound({ transport, app }: Contender): Promise<number> {
  const begin = sharedClock();
  let first: number | undefined;
  await readAnswer(await send(transport, PLAN), () => {
    first ??= sharedClock();
  });
  await app.cpu();
  return (first ?? Number.NaN) - begin;
}
