import { randomUUID } from 'node:crypto';
import type { MeteredRequest } from '../../test/support/metered-fetch.js';
import { leaveActiveRun } from '../../test/support/long-chat.js';
import type { AnswerPlan } from '../servers/answer-plan.js';
import type { LongApp } from './long-app.js';

export const TOKENS = 500;

const PLAN: AnswerPlan = {
  tokens: TOKENS,
  everyMs: 0,
  source: 'chunks',
  word: 'late ',
};

/** What something costs that is done in a chat. */
export interface Cost {
  readonly ms: number;
  /** To and from the store. */
  readonly requests: readonly MeteredRequest[];
  /** To the page. */
  readonly pageBytes: number;
}

/** A page asks for the messages. */
export async function open(app: LongApp, chatId: string): Promise<Cost> {
  app.take();
  const begin = performance.now();
  const response = await fetch(`${app.api}/${chatId}`);
  const body = await response.arrayBuffer();
  const ms = performance.now() - begin;
  return { ms, requests: app.take(), pageBytes: body.byteLength };
}

/**
 * A page comes to an answer in its middle, and gets what there is of it. Asked
 * of an instance that nobody follows the chat on.
 */
export async function resume(
  app: LongApp,
  chatId: string,
  turn: number,
): Promise<Cost> {
  await leaveActiveRun(app.store, chatId, { turn, tokens: TOKENS });
  app.take();
  const begin = performance.now();
  const response = await fetch(`${app.api}/${chatId}/stream`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    // The last frame of a replay has its cursor.
    if (/^id: /m.test(text)) break;
  }
  const ms = performance.now() - begin;
  const requests = app.take();
  await app.stop(chatId);
  await app.idle();
  return { ms, requests, pageBytes: Buffer.byteLength(text) };
}

/** What a turn costs until its answer has been told, and after that. */
export interface TurnCost {
  /** Until the first token. */
  readonly send: Cost;
  /** The writing of the history. */
  readonly after: Cost;
}

/** Posts the newest message alone, and waits until the answer is stored. */
export async function takeTurn(
  app: LongApp,
  chatId: string,
): Promise<TurnCost> {
  const parts = [{ type: 'text', text: 'How late is it?' }];
  const message = { id: randomUUID(), role: 'user', parts };
  const trigger = 'submit-message';
  const body = JSON.stringify({ id: chatId, message, trigger, plan: PLAN });
  app.take();
  const begin = performance.now();
  const response = await fetch(app.api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  let pageBytes = 0;
  let firstAt: number | undefined;
  for await (const bytes of response.body ?? []) {
    pageBytes += bytes.byteLength;
    firstAt ??= performance.now();
  }
  const endedAt = performance.now();
  await app.idle();
  const doneAt = performance.now();
  const requests = app.take();
  const end = 1 + requests.findLastIndex(({ name }) => name === 'POST log');
  return {
    send: {
      ms: (firstAt ?? endedAt) - begin,
      requests: requests.slice(0, end),
      pageBytes,
    },
    after: {
      ms: doneAt - endedAt,
      requests: requests.slice(end),
      pageBytes: 0,
    },
  };
}
