import type { UIMessage } from 'ai';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import { expect } from 'vitest';
import { bytesOf, meteredFetch } from './metered-fetch.js';

interface Streams {
  readonly url: string;
}

/** Deletes one of a chat's streams from under it. */
export async function deleteStreamOf(
  { url }: Streams,
  chatId: string,
  name: 'log' | 'history',
): Promise<void> {
  await fetch(`${url}/${chatId}/${name}`, { method: 'DELETE' });
}

/**
 * Expects a history that lacks nothing and says what the log says: who opens
 * the chat reads nothing of the log, and who has the log alone gets the same.
 * Deletes the history on the way.
 */
export async function expectTrueHistory(
  { url }: Streams,
  chatId: string,
  messages: readonly UIMessage[],
): Promise<void> {
  const meter = meteredFetch();
  const background: Promise<unknown>[] = [];
  const chat = createDurableChat({
    streams: { url, fetch: meter.fetch },
    authorize: allowAnyone(),
    waitUntil: (work) => void background.push(work),
  });
  const byHistory = await chat.load(chatId);
  const requests = meter.take();
  expect(byHistory.messages).toEqual(messages);
  expect(requests.map(({ name }) => name)).toEqual(['GET history', 'GET log']);
  expect(bytesOf(requests, 'GET log'), 'of the log').toBeLessThan(3);
  await deleteStreamOf({ url }, chatId, 'history');
  const byLog = await chat.load(chatId);
  await Promise.all(background);
  expect(byLog.messages).toEqual(messages);
  expect((await chat.load(chatId)).messages).toEqual(messages);
}
