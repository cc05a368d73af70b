import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLog } from '../../support/read-log.js';
import { sequence } from '../../support/sequence.js';
import { echo, post, says } from '../../support/session-app.js';
import { startChatApp } from '../../support/chat-app.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session-access');

const posts = [
  ['messages', { message: says('m1', 'hello') }, 'send'],
  ['regenerate', {}, 'send'],
  ['answers', { toolCallId: 't1', output: 1 }, 'answer'],
  ['presence', { deviceId: 'phone' }, 'presence'],
  ['records', { type: 'note', key: 'n1', value: {} }, 'write'],
  ['fork', { chatId: 'fork-1' }, 'fork'],
] as const;

/** An app that refuses one action, and notes what it is asked. */
async function startApp(refused?: string) {
  const asked: string[] = [];
  const app = await startChatApp({
    streams,
    agents: { echo: echo('echo') },
    authorize: ({ action, chatId }) => {
      asked.push(`${action} ${chatId}`);
      if (action === refused) throw new Error('not you');
      return { id: 'ann' };
    },
  });
  return { ...app, asked, [Symbol.asyncDispose]: () => app.close() };
}

describe('the routes of a session', () => {
  it.each(posts)(
    'ask authorize before anything is written: %s',
    async (route, body, action) => {
      await using app = await startApp(action);
      const chatId = nextChat();
      const { status, json } = await post(
        { api: app.api, chatId },
        route,
        body,
      );
      expect(status).toBe(403);
      expect(json).toMatchObject({ code: 'forbidden' });
      expect(JSON.stringify(json)).not.toContain('not you');
      expect(app.asked).toEqual([`${action} ${chatId}`]);
      expect(await readLog(streams, chatId).catch(() => [])).toEqual([]);
    },
  );

  it('ask for both chats where one becomes another', async () => {
    await using app = await startApp();
    const chatId = nextChat();
    const fork = nextChat();
    await post({ api: app.api, chatId }, 'messages', posts[0][1]);
    await post({ api: app.api, chatId }, 'fork', { chatId: fork });
    expect(app.asked.slice(1)).toEqual([`fork ${chatId}`, `fork ${fork}`]);
  });

  it.each([
    ['', 'read', 'read'],
    ['?deviceId=phone', 'read', 'read'],
    ['?deviceId=phone', 'presence', 'read presence'],
  ])(
    'are not followed without leave: session%s',
    async (query, refused, asked) => {
      await using app = await startApp(refused);
      const chatId = nextChat();
      const response = await fetch(`${app.api}/${chatId}/session${query}`);
      await response.text();
      expect(response.status).toBe(403);
      const actions = app.asked.map((one) => one.split(' ')[0]).join(' ');
      expect(actions).toBe(asked);
      expect(await readLog(streams, chatId).catch(() => [])).toEqual([]);
    },
  );

  it.each(posts)('take JSON alone, as it says it is: %s', async (route) => {
    await using app = await startApp();
    const response = await fetch(`${app.api}/${nextChat()}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    await response.text();
    expect(response.status).toBe(415);
  });

  it.each(posts)('are not there without agents: %s', async (route, body) => {
    const app = await startChatApp({ streams });
    const { status } = await post(
      { api: app.api, chatId: nextChat() },
      route,
      body,
    );
    await app.close();
    expect(status).toBe(404);
  });
});
