import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchProcess } from '../contenders/bench-process.js';
import {
  durableOf,
  interleave,
  resumable,
  type Contender,
} from '../contenders/contender.js';
import { compareToPeers } from '../report/comparison.js';
import { atMost, type Figure } from '../report/figure.js';
import { sharedClock } from '../servers/shared-clock.js';
import type { Effort } from './measurement.js';
import { readAnswer, resume, send } from './read-answer.js';

const PLAN = { tokens: 1_500, everyMs: 0, hold: true };
const TITLE = 'resume of 1,500 chunks, until caught up';

/** Longer than a flush interval: all that was said is in the store. */
const STORED_MS = 200;

/** A page that knows nothing, as after a reload, in mid-answer. */
export async function resumeFigures(
  contenders: readonly Contender[],
  { resumes }: Pick<Effort, 'resumes'>,
): Promise<readonly Figure[]> {
  const times = await interleave(resumable(contenders), resumes, (contender) =>
    playRound(contender, contender.app),
  );
  const same: Figure = {
    name: `${TITLE} (ratio to the best peer)`,
    chart: 'Resume of 1,500 chunks',
    unit: 'ms',
    ...compareToPeers(times, (time) => time),
    target: atMost(0.3),
  };
  const durable = durableOf(contenders);
  if (durable === undefined) return [same];
  await using other = await durable.startApp();
  const elsewhere = await interleave([durable], resumes, (contender) =>
    playRound(contender, other),
  );
  const name = `${TITLE}, on another instance`;
  return [
    same,
    { name, unit: 'ms', ...compareToPeers(elsewhere, (time) => time) },
  ];
}

async function playRound(
  contender: Contender,
  resumedAt: BenchProcess,
): Promise<number> {
  const chatId = randomUUID();
  const said = await sayAll(contender, chatId);
  await sleep(STORED_MS);
  const begin = sharedClock();
  const answer = await resume(contender.openPage(resumedAt), chatId);
  let text = '';
  await readAnswer(answer, (delta) => {
    text += delta;
    return text.length < said.length;
  });
  const time = sharedClock() - begin;
  if (text !== said) throw new Error('The resumed answer is another one.');
  await contender.app.release();
  await contender.app.cpu();
  return time;
}

/** @returns the whole text */
async function sayAll(
  { transport }: Contender,
  chatId: string,
): Promise<string> {
  let tokens = 0;
  let text = '';
  await readAnswer(await send(transport, PLAN, { chatId }), (delta) => {
    tokens += 1;
    text += delta;
    return tokens < PLAN.tokens;
  });
  return text;
}
