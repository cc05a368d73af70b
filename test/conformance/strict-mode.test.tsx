import '../support/page-globals.js';
import { Chat, useChat } from '@ai-sdk/react';
import { act, cleanup, render } from '@testing-library/react';
import type { UIMessage } from 'ai';
import { DurableTransport } from 'ai-durable-transport';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { StrictMode, type ReactElement } from 'react';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTab, plain, textOf, until } from '../support/chat-client.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
afterEach(() => cleanup());

const nextChat = sequence('strict');

/** An answer in mid-text, that a page is opened on. */
async function inMidText() {
  const { model, start, middle } = numberAnswer();
  start.open();
  const scene = await openScene({ streams, model });
  const id = nextChat();
  const writer = openTab(scene.app.api, { id });
  const sent = writer.chat.sendMessage({ text: 'Count.' });
  await until(writer, ({ messages }) => textOf(messages[1]).includes('three'));
  const messages = plain(writer.chat.messages.slice(0, 1));
  return { scene, id, writer, sent, middle, messages };
}

/** What a page did, besides what it shows. */
interface Diary {
  finishes: number;
  errors: number;
  readonly shown: Set<string>;
}

const newDiary = (): Diary => ({ finishes: 0, errors: 0, shown: new Set() });

interface PageProps {
  readonly chat: Parameters<typeof useChat>[0];
  readonly diary: Diary;
}

function Page({ chat, diary }: PageProps): ReactElement {
  const { messages, status } = useChat(chat);
  diary.shown.add(messages.map((message) => textOf(message)).join('|'));
  return (
    <p>
      {status}: {messages.map((message) => textOf(message)).join('|')}
    </p>
  );
}

function gets({ proxy }: Scene): number {
  const reads = proxy.requests.filter(
    ({ method, url }) => method === 'GET' && url.includes('/stream'),
  );
  return reads.length;
}

const callbacks = (diary: Diary) => ({
  onFinish: () => void (diary.finishes += 1),
  onError: () => void (diary.errors += 1),
});

async function seen(container: HTMLElement, text: string): Promise<void> {
  while (container.textContent !== text) {
    await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
  }
}

describe('[A46] a page under StrictMode', () => {
  it('has one live reader, and each text once', async () => {
    const { scene, id, sent, middle, messages } = await inMidText();
    const diary = newDiary();
    const transport = new DurableTransport({ api: scene.api });
    const chat = { id, transport, messages, resume: true, ...callbacks(diary) };
    const { container } = render(
      <StrictMode>
        <Page chat={chat} diary={diary} />
      </StrictMode>,
    );
    await seen(container, 'streaming: Count.|one two three');
    expect(gets(scene)).toBe(1);
    middle.open();
    await seen(container, `ready: Count.|${NUMBERS}`);
    await sent;
    expect(gets(scene)).toBe(1);
    expect(diary).toMatchObject({ finishes: 1, errors: 0 });
    const texts = [...diary.shown].map((text) => text.split('|')[1] ?? '');
    for (const text of texts) expect(NUMBERS.startsWith(text)).toBe(true);
    await scene[Symbol.asyncDispose]();
  });

  it('answers a message once', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    middle.open();
    const scene = await openScene({ streams, model });
    const diary = newDiary();
    const transport = new DurableTransport({ api: scene.api });
    const init = { id: nextChat(), transport, ...callbacks(diary) };
    const chat = new Chat<UIMessage>(init);
    const { container } = render(
      <StrictMode>
        <Page chat={{ chat, resume: true }} diary={diary} />
      </StrictMode>,
    );
    await act(() => chat.sendMessage({ text: 'Count.' }));
    await seen(container, `ready: Count.|${NUMBERS}`);
    expect(model.calls).toHaveLength(1);
    expect(diary).toMatchObject({ finishes: 1, errors: 0 });
    await scene[Symbol.asyncDispose]();
  });
});

describe('[A46] twenty hooks on one Chat', () => {
  it('make one reconnect, and read once', async () => {
    const { scene, id, sent, middle, messages } = await inMidText();
    const diary = newDiary();
    const transport = new DurableTransport({ api: scene.api });
    const init = { id, transport, messages, ...callbacks(diary) };
    const chat = new Chat<UIMessage>(init);
    const names = Array.from({ length: 20 }, (_, index) => `hook ${index}`);
    const { container } = render(
      <>
        {names.map((name) => (
          <Page key={name} chat={{ chat, resume: true }} diary={diary} />
        ))}
      </>,
    );
    const twenty = (text: string): string => text.repeat(20);
    await seen(container, twenty('streaming: Count.|one two three'));
    expect(gets(scene)).toBe(1);
    middle.open();
    await seen(container, twenty(`ready: Count.|${NUMBERS}`));
    await sent;
    expect(gets(scene)).toBe(1);
    expect(diary).toMatchObject({ finishes: 1, errors: 0 });
    await scene[Symbol.asyncDispose]();
  });

  it('make none where nothing runs but their own answer', async () => {
    const { model, start, middle } = numberAnswer();
    start.open();
    const scene = await openScene({ streams, model });
    const diary = newDiary();
    const transport = new DurableTransport({ api: scene.api });
    const init = { id: nextChat(), transport, ...callbacks(diary) };
    const chat = new Chat<UIMessage>(init);
    const sent = chat.sendMessage({ text: 'Count.' });
    await until({ chat }, ({ status }) => status === 'streaming');
    const names = Array.from({ length: 20 }, (_, index) => `hook ${index}`);
    const { container } = render(
      <>
        {names.map((name) => (
          <Page key={name} chat={{ chat, resume: true }} diary={diary} />
        ))}
      </>,
    );
    middle.open();
    await act(() => sent);
    await seen(container, `ready: Count.|${NUMBERS}`.repeat(20));
    expect(gets(scene)).toBe(0);
    expect(diary).toMatchObject({ finishes: 1, errors: 0 });
    await scene[Symbol.asyncDispose]();
  });
});
