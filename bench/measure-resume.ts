import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadClient } from './built-package.js';
import { apiOf, type Contenders } from './contender.js';
import { readAnswer, send } from './read-answer.js';
import { sharedClock } from './shared-clock.js';
import { median } from './statistics.js';

const PLAN = { tokens: 1_500, everyMs: 0, hold: true };

/** Longer than a flush interval: all that was said is in the log. */
const STORED_MS = 200;

/** Milliseconds from `reconnectToStream` until a running answer is caught up. */
export async function measureResume(
  { durable }: Contenders,
  rounds: number,
): Promise<number> {
  const times: number[] = [];
  const { DurableTransport } = await loadClient();
  for (let round = 0; round < rounds; round += 1) {
    const chatId = randomUUID();
    const said = await sayAll(durable, chatId);
    await sleep(STORED_MS);
    // As after a reload: a page that knows nothing.
    const transport = new DurableTransport({ api: apiOf(durable.app) });
    times.push(await catchUp(transport, { chatId, said }));
    await transport.stop({ chatId });
  }
  await durable.app.cpu();
  return median(times);
}

/** @returns the whole text */
async function sayAll(
  { transport }: Contenders['durable'],
  chatId: string,
): Promise<string> {
  let tokens = 0;
  let text = '';
  await readAnswer(await send(transport, PLAN, chatId), (delta) => {
    tokens += 1;
    text += delta;
    return tokens < PLAN.tokens;
  });
  return text;
}

async function catchUp(
  transport: Contenders['durable']['transport'],
  { chatId, said }: { chatId: string; said: string },
): Promise<number> {
  const begin = sharedClock();
  const answer = await transport.reconnectToStream({ chatId });
  if (answer === null) throw new Error('There was nothing to resume.');
  let text = '';
  await readAnswer(answer, (delta) => {
    text += delta;
    return text.length < said.length;
  });
  if (text !== said) throw new Error('The resumed answer is another one.');
  return sharedClock() - begin;
}
