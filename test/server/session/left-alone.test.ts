import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStream, headStream, logTarget } from '../../../src/log/index.js';
import { agentRecord, messageRecord } from '../../../src/protocol/index.js';
import { untilLogged } from '../../support/read-log.js';
import { sequence } from '../../support/sequence.js';
import { authorizeByHeader, echo, says } from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startInstances } from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('left-alone');

/** A chat whose instance died when it had stored a message, and no sooner. */
async function abandonedChat(): Promise<string> {
  const chatId = nextChat();
  const name = 'echo';
  const by = { parentId: null, actorId: 'ann', createdAt: 1 };
  const records = [
    agentRecord({ id: name, name, triggers: 'user-messages' }),
    messageRecord({ ...says('m1', 'hello'), ...by }),
  ];
  const body = JSON.stringify(records);
  await createStream(logTarget(streams, chatId), { body });
  return chatId;
}

const startApp = () =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
  });

describe('a message that nobody sees to', () => {
  it('is answered once somebody follows the chat', async () => {
    await using instances = await startApp();
    const chatId = await abandonedChat();
    await using tab = await SessionTab.open({ api: instances.one.api, chatId });
    await tab.untilIdle(1);
    expect(await tab.texts()).toEqual(['hello', 'echo hears hello']);
  });

  it('is answered where the chat is recovered', async () => {
    await using instances = await startApp();
    const chatId = await abandonedChat();
    await instances.one.chat.recover(chatId);
    await untilLogged(streams, chatId, 'echo hears hello');
    const { messages } = await instances.one.chat.load(chatId);
    expect(messages.map(({ id }) => id)[0]).toBe('m1');
  });

  it('is looked for in chats that exist alone', async () => {
    await using instances = await startApp();
    const chatId = nextChat();
    await instances.one.chat.recover(chatId);
    const { exists } = await headStream(logTarget(streams, chatId));
    expect(exists).toBe(false);
  });
});
