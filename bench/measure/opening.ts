import { randomUUID } from 'node:crypto';
import { apiOf, durableOf, type Contender } from '../contenders/contender.js';
import type { Figure } from '../report/figure.js';
import { median } from '../report/statistics.js';
import type { AnswerPlan } from '../servers/answer-plan.js';
import { sharedClock } from '../servers/shared-clock.js';
import type { Effort } from './measurement.js';

const TURNS = 200;
const PLAN: AnswerPlan = { tokens: 500, everyMs: 0, source: 'chunks' };
const TITLE = `opening a chat of ${TURNS} turns of ${PLAN.tokens} tokens`;

/** A page asks for the messages. The peers leave that to the app's database. */
export async function opening(
  contenders: readonly Contender[],
  { resumes }: Pick<Effort, 'resumes'>,
): Promise<readonly Figure[]> {
  const durable = durableOf(contenders);
  if (durable === undefined) return [];
  const chatId = randomUUID();
  for (let turn = 0; turn < TURNS; turn += 1) await takeTurn(durable, chatId);
  await using other = await durable.startApp();
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < resumes; round += 1) {
    const begin = sharedClock();
    const response = await fetch(`${apiOf(other)}/${chatId}`);
    const text = await response.text();
    // CAST: the route's own answer.
    const { messages } = JSON.parse(text) as { messages: unknown[] };
    times.push(sharedClock() - begin);
    if (messages.length !== 2 * TURNS) throw new Error('Messages are missing.');
    bytes = Buffer.byteLength(text);
  }
  return [
    { name: TITLE, unit: 'ms', values: { durable: median(times) } },
    {
      name: `${TITLE}: bytes`,
      unit: 'kB',
      values: { durable: bytes / 1_000 },
    },
  ];
}

/** Posts the newest message alone, and waits until the answer is stored. */
async function takeTurn({ app }: Contender, chatId: string): Promise<void> {
  const parts = [{ type: 'text', text: 'How late is it?' }];
  const message = { id: randomUUID(), role: 'user', parts };
  const trigger = 'submit-message';
  const response = await fetch(apiOf(app), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: chatId, message, trigger, plan: PLAN }),
  });
  if (!response.ok) throw new Error(`The turn failed: ${response.status}`);
  await response.text();
  await app.cpu();
}
