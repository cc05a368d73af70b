import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilLogged } from '../support/read-log.js';
import { authorizeByHeader, echo, post, says } from '../support/session-app.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

it('stores and answers what is posted to a session that nobody had open meanwhile', async () => {
  await using instances = await startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
  });
  const { one } = instances;
  const chatId = 'session-opened-again';
  const at = { api: one.api, chatId };
  for (const text of ['first', 'second', 'third']) {
    const message = says(text, text);
    const posted = await post(at, 'messages', { message });
    expect(posted.status).toBe(200);
    await untilLogged(streams, chatId, `hears ${text}`);
    // With its last run the session is closed here.
    await one.settled();
  }
  const { messages } = await one.chat.load(chatId);
  expect(messages.map(({ role }) => role)).toEqual([
    'user',
    'assistant',
    'user',
    'assistant',
    'user',
    'assistant',
  ]);
});
