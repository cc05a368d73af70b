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

const PLAN = { tokens: 5, everyMs: 0 };

/** Milliseconds from `sendMessages` to the first token, of a model that waits for nothing. */
export async function measureFirstToken(
  contenders: Contenders,
  sends: number,
): Promise<Pair> {
  const times = await interleave(contenders, sends, firstToken);
  return eachOf(times, median);
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
