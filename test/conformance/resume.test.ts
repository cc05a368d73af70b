import { scriptedModel, startStreams } from 'ai-durable-transport/testing';
import { describe, expect, it } from 'vitest';
import { startChatApp } from '../support/chat-app.js';
import { openTab, plain, textOf, until } from '../support/chat-client.js';

describe('resume', () => {
  it('[A1] shows the whole answer once after a reload in mid-text', async () => {
    await using streams = await startStreams();
    const model = scriptedModel([
      { type: 'text', text: 'one two three four five six', delayMs: 15 },
    ]);
    const app = await startChatApp({ streams: { url: streams.url }, model });
    const first = openTab(app.api);
    const sent = first.chat.sendMessage({ text: 'count' });
    await until(first, ({ messages }) => textOf(messages[1]).includes('two'));
    const second = openTab(app.api, {
      init: { messages: first.chat.messages.slice(0, 1) },
    });
    await second.chat.resumeStream();
    await sent;
    expect(textOf(second.chat.messages[1])).toBe('one two three four five six');
    expect(plain(second.chat.messages)).toEqual(plain(first.chat.messages));
    await app.close();
  });
});
