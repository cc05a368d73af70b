import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLog } from '../../support/read-log.js';
import { sequence } from '../../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  post,
  says,
} from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startInstances } from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session-messages');

const startApp = () =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
  });

describe('a message that is posted to a session', () => {
  it('is in the log before it is answered, with its author and place, and the agent answers it', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    const posted = await post({ api, chatId }, 'messages', {
      message: says('m1', 'hello'),
    });
    expect(posted).toMatchObject({
      status: 200,
      json: { messageId: 'm1', parentId: null },
    });
    await tab.untilIdle(1);
    expect(await tab.texts()).toEqual(['hello', 'echo hears hello']);
    const log = await readLog(streams, chatId);
    const kinds = log.map(({ type, key }) => `${type} ${key}`);
    expect(kinds.slice(0, 3)).toEqual([
      'agent echo',
      'message m1',
      'run echo~m1',
    ]);
    expect(log[1]?.value).toMatchObject({ actorId: 'ann', parentId: null });
    expect(log[2]?.value).toMatchObject({ parentId: 'm1', triggerId: 'm1' });
    expect(instances.one.errors).toEqual([]);
  });

  it('is stored and answered once, however often and wherever it is sent', async () => {
    await using instances = await startApp();
    const chatId = nextChat();
    const body = { message: says('m1', 'hello') };
    const first = await post(
      { api: instances.one.api, chatId },
      'messages',
      body,
    );
    const again = await Promise.all(
      instances.all.map(({ api }) => post({ api, chatId }, 'messages', body)),
    );
    for (const answer of again) expect(answer).toEqual(first);
    await using tab = await SessionTab.open({
      api: instances.other.api,
      chatId,
    });
    await tab.untilIdle(1);
    const log = await readLog(streams, chatId);
    expect(log.filter(({ type }) => type === 'message')).toHaveLength(1);
  });

  it('follows what stands last, whoever wrote that', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    await post({ api, chatId }, 'messages', { message: says('m1', 'one') });
    await tab.untilIdle(1);
    const [, answer] = tab.order;
    const posted = await post({ api, chatId, actor: 'bob' }, 'messages', {
      message: says('m2', 'two'),
    });
    expect(posted.json).toMatchObject({ parentId: answer });
    await tab.untilIdle(2);
    expect(await tab.texts()).toEqual([
      'one',
      'echo hears one',
      'two',
      'echo hears two',
    ]);
  });

  it('is edited by its author alone: what followed it leaves, and it is answered anew', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    await post({ api, chatId }, 'messages', { message: says('m1', 'one') });
    await tab.untilIdle(1);
    const edit = { message: says('m1', 'uno'), replaces: true };
    const bobs = await post({ api, chatId, actor: 'bob' }, 'messages', edit);
    expect(bobs).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    const taken = await post({ api, chatId }, 'messages', {
      message: says('m1', 'uno'),
    });
    expect(taken).toMatchObject({ json: { code: 'invalid-messages' } });
    const edited = await post({ api, chatId }, 'messages', edit);
    expect(edited).toMatchObject({ status: 200, json: { parentId: null } });
    await tab.untilIdle(2);
    expect(await tab.texts()).toEqual(['uno', 'echo hears uno']);
    await post({ api, chatId }, 'messages', edit);
    const log = await readLog(streams, chatId);
    expect(log.filter(({ type }) => type === 'message')).toHaveLength(2);
  });

  it.each([
    ['an answer', { message: { ...says('m1', 'x'), role: 'assistant' } }],
    ['instructions', { message: { ...says('m1', 'x'), role: 'system' } }],
    ['nothing', {}],
    ['a message without parts', { message: { id: 'm1', role: 'user' } }],
    ['an unusable id', { message: says('', 'x') }],
  ])('is refused where it is %s, and nothing is written', async (_, body) => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    const posted = await post({ api, chatId }, 'messages', body);
    expect(posted).toMatchObject({ status: 400 });
    const { messages } = await instances.one.chat.load(chatId);
    expect(messages).toEqual([]);
  });

  it('is refused where authorize says so, and where the app has no agents', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    const body = { message: says('m1', 'x') };
    const refused = await post(
      { api, chatId, actor: 'nobody' },
      'messages',
      body,
    );
    expect(refused.status).toBe(403);
    await using plain = await startInstances({ streams });
    const missing = await post(
      { api: plain.one.api, chatId },
      'messages',
      body,
    );
    expect(missing.status).toBe(404);
  });
});
