import {
  convertToModelMessages,
  streamText,
  type ChatTransport,
  type UIMessage,
} from 'ai';
import { DurableChatError, DurableTransport } from 'ai-durable-transport';
import {
  scriptedModel,
  startStreams,
  type ScriptedModel,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { Chat } from '@ai-sdk/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plain, textOf, until } from '../support/chat-client.js';
import { gate, type Gate } from '../support/gate.js';
import { untilLogged } from '../support/read-log.js';
import { hasText } from '../support/tabs.js';

const WORDS = 'one two three four five six seven eight';

/** An inner transport that answers in the page, as DirectChatTransport does. */
function directTransport(model: ScriptedModel): ChatTransport<UIMessage> {
  return {
    sendMessages: async ({ messages, abortSignal }) =>
      streamText({
        model,
        messages: await convertToModelMessages(messages),
        ...(abortSignal && { abortSignal }),
      }).toUIMessageStream(),
    reconnectToStream: () => Promise.resolve(null),
  };
}

function openPage(streams: TestStreams, model: ScriptedModel) {
  const transport = new DurableTransport({
    source: directTransport(model),
    stream: { url: (chatId) => `${streams.url}/${chatId}/log` },
  });
  const chat = new Chat<UIMessage>({ id: 'chat-1', transport });
  return { transport, chat };
}

describe('a page that writes its answers itself', () => {
  let streams: TestStreams;
  beforeEach(async () => void (streams = await startStreams()));
  afterEach(() => streams.stop());

  const words = (delayMs: number) =>
    scriptedModel([{ type: 'text', text: WORDS, delayMs }]);

  /** The first half, and the second when it is told to. */
  const halves = (rest: Gate) =>
    scriptedModel([
      { type: 'text', text: WORDS.slice(0, 19) },
      { type: 'wait', until: rest.opened },
      { type: 'text', text: WORDS.slice(19) },
    ]);

  it('shows the answer live and keeps it in the stream', async () => {
    const page = openPage(streams, words(0));
    await page.chat.sendMessage({ text: 'count' });
    expect(textOf(page.chat.messages[1])).toBe(WORDS);
    const later = openPage(streams, words(0));
    const { messages, activeRunId } = await later.transport.load({
      chatId: 'chat-1',
    });
    expect(activeRunId).toBeNull();
    expect(messages).toEqual(plain(page.chat.messages));
  });

  it('brings a second page in the middle, and to the same end', async () => {
    const rest = gate();
    const page = openPage(streams, halves(rest));
    const sent = page.chat.sendMessage({ text: 'count' });
    await untilLogged(streams, 'chat-1', 'two');
    const second = openPage(streams, words(0));
    second.chat.messages = page.chat.messages.slice(0, 1);
    const resumed = second.chat.resumeStream();
    await until(second, hasText('two'));
    rest.open();
    await resumed;
    await sent;
    expect(plain(second.chat.messages)).toEqual(plain(page.chat.messages));
  });

  it('stops the answer from another page', async () => {
    const model = words(300);
    const page = openPage(streams, model);
    const sent = page.chat.sendMessage({ text: 'count' });
    await until(page, hasText('two'));
    const other = openPage(streams, words(0));
    const { stopped } = await other.transport.stop({ chatId: 'chat-1' });
    await sent;
    expect(stopped).toBe(true);
    expect(page.chat.status).toBe('ready');
    expect(textOf(page.chat.messages[1])).not.toContain('eight');
    expect(await model.called(0).then(({ ended }) => ended)).toBe('aborted');
  });

  it('goes on writing when its reader goes away', async () => {
    const rest = gate();
    const page = openPage(streams, halves(rest));
    void page.chat.sendMessage({ text: 'count' });
    await until(page, hasText('two'));
    await untilLogged(streams, 'chat-1', 'two');
    await page.chat.stop();
    const second = openPage(streams, words(0));
    second.chat.messages = page.chat.messages.slice(0, 1);
    const resumed = second.chat.resumeStream();
    await until(second, hasText('two'));
    rest.open();
    await resumed;
    expect(textOf(second.chat.messages[1])).toBe(WORDS);
  });

  it('has nothing to resume in a chat that is not there', async () => {
    const { transport } = openPage(streams, words(0));
    const resumed = await transport.reconnectToStream({ chatId: 'chat-1' });
    expect(resumed).toBeNull();
  });

  it('wants source and stream together', () => {
    const source = directTransport(words(0));
    expect(() => new DurableTransport({ source })).toThrow(DurableChatError);
  });
});
