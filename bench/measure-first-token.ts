import { compare, type Comparison } from './comparison.js';
import { interleave, type Contender, type Contenders } from './contender.js';
import { readAnswer, send } from './read-answer.js';
import { sharedClock } from './shared-clock.js';

const PLAN = { tokens: 5, everyMs: 0 };

/** Milliseconds from `sendMessages` to the first token, of a model that waits for nothing. */
export async function measureFirstToken(
  contenders: Contenders,
  sends: number,
): Promise<Comparison> {
  const times = await interleave(contenders, sends, firstToken);
  return compare(times, (time) => time);
}

async function firstToken({ transport, app }: Contender): Promise<number> {
  const begin = sharedClock();
  let first: number | undefined;
  await readAnswer(await send(transport, PLAN), () => {
    first ??= sharedClock();
  });
  await app.cpu();
  return (first ?? Number.NaN) - begin;
}
