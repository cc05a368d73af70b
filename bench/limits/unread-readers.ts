import { setTimeout as sleep } from 'node:timers/promises';
import type { Limit } from './limit.js';
import { ask, postRequest, question, resumeRequest } from './requests.js';
import { openStage, type Stage } from './stage.js';

const PLAN = {
  tokens: 8_000,
  word: 'x'.repeat(1_000),
  everyMs: 0,
  source: 'chunks',
} as const;
const ANSWER_MB = 8;
const WRITING_MS = 5_000;

/** Those that post, and read nothing of what is answered. */
export async function unreadAnswers(
  readers: number,
): Promise<readonly Limit[]> {
  await using stage = await openStage();
  const request = postRequest(question('unread-#', PLAN));
  const held = await holdOf(stage, readers, request);
  return limitsOf(`${readers} unread answers of ${ANSWER_MB} MB`, held);
}

/** Those that resume a long answer, and read nothing of it. */
export async function unreadReplays(
  readers: number,
): Promise<readonly Limit[]> {
  await using stage = await openStage();
  const chatId = 'long';
  const answer = await ask(stage.url, chatId, { ...PLAN, hold: true });
  await sleep(WRITING_MS);
  const held = await holdOf(stage, readers, resumeRequest(chatId));
  await answer.stop();
  return limitsOf(`${readers} unread replays of ${ANSWER_MB} MB`, held);
}

/** MB for a reader. */
interface Held {
  readonly heap: number;
  readonly peakRss: number;
}

async function holdOf(
  stage: Stage,
  clients: number,
  request: string,
): Promise<Held> {
  const before = await stage.memory();
  const setting = { clients, atOnce: clients, request, reads: false };
  const crowd = await stage.crowd(setting);
  await crowd.ask('meet');
  await sleep(WRITING_MS);
  const during = await stage.memory();
  await crowd[Symbol.asyncDispose]();
  return {
    heap: (during.heap - before.heap) / clients,
    peakRss: (during.peakRss - before.peakRss) / clients,
  };
}

function limitsOf(load: string, held: Held): readonly Limit[] {
  const what = 'held for one of them';
  return [
    { load, what: `${what}, alive`, value: held.heap, unit: 'MB', atMost: 1.3 },
    { load, what: `${what}, peak RSS`, value: held.peakRss, unit: 'MB' },
  ];
}
