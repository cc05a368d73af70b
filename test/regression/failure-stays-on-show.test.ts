import { scriptedModel, startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { startChatApp } from '../support/chat-app.js';
import { openTab } from '../support/chat-client.js';

/** The page loads, and the user is faster than its resume. */
it.each([
  ['before', ['resume', 'send']],
  ['after', ['send', 'resume']],
] as const)(
  'shows the failure of an answer, however a resume from %s it ends',
  async (_, order) => {
    await using streams = await startStreams();
    const model = scriptedModel([
      { type: 'text', text: 'one two', delayMs: 1 },
      { type: 'error', error: new Error('overloaded') },
    ]);
    const app = await startChatApp({ streams: { url: streams.url }, model });
    const tab = openTab(app.api);
    const begin = {
      resume: () => tab.chat.resumeStream(),
      send: () => tab.chat.sendMessage({ text: 'count' }),
    };
    const [first, second] = order;
    const begun = { [first]: begin[first](), [second]: begin[second]() };
    await begun['send'];
    const { error } = tab.chat;
    await shortly();
    expect(error).toBeDefined();
    expect(tab.chat.status).toBe('error');
    expect(tab.chat.error).toBe(error);
    await tab.chat.stop();
    await begun['resume'];
    await app.close();
  },
);

/** Longer than anything that is only put off takes. */
async function shortly(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}
