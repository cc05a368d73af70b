import { window } from '../support/page-globals.js';
import {
  ChatClient,
  fetchServerSentEvents,
  type UIMessage,
} from '@tanstack/ai-client';
import { fireEvent, render } from '@testing-library/react';
import { durableFetch } from 'ai-durable-transport';
import { allowAnyone } from 'ai-durable-transport/server';
import {
  cuttingProxy,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { StrictMode } from 'react';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Chat } from '../../examples/tanstack-ai/page/chat.js';
import { chatRoute } from '../../examples/tanstack-ai/server/chat-route.js';
import { gate } from '../support/gate.js';
import { EAGER } from '../support/journey.js';
import { soundRuns, untilLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { serve } from '../support/serve.js';
import { scriptedAdapter, type Word } from './scripted-adapter.js';

let streams: TestStreams;
beforeAll(async () => {
  Object.assign(globalThis, { localStorage: window.localStorage });
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextThread = sequence('thread');

/** The example's server, and a road to it that can break. */
async function startApp(words: readonly Word[]) {
  const adapter = scriptedAdapter(words);
  const authorize = allowAnyone();
  const background: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>): void =>
    void background.push(promise);
  const served = await serve(
    chatRoute({ adapter, streams, authorize, waitUntil }),
  );
  const proxy = await cuttingProxy({ target: served.url });
  return {
    adapter,
    proxy,
    api: `${proxy.url}/api/chat`,
    settled: () => Promise.all(background),
    async [Symbol.asyncDispose]() {
      await proxy.close();
      await served.close();
    },
  };
}

type App = Awaited<ReturnType<typeof startApp>>;

const until = (isSo: () => boolean): Promise<unknown> =>
  vi.waitUntil(isSo, { timeout: 20_000 });

const untilLogged = (threadId: string, text: string): Promise<void> =>
  untilLog(streams, threadId, (log) => JSON.stringify(log).includes(text));

/** TanStack AI's client without a framework. */
function openClient({ api }: App, threadId: string) {
  const durable = durableFetch({ api, chatId: threadId, reconnect: EAGER });
  const connection = fetchServerSentEvents(api, { fetchClient: durable });
  const client = new ChatClient({ threadId, connection });
  const texts = (): string[] => client.getMessages().map(textOf);
  return { client, durable, texts };
}

const textOf = ({ parts }: UIMessage): string =>
  parts.map((part) => (part.type === 'text' ? part.content : '')).join('');

/** The example's page. */
function openPage({ api }: App, threadId: string) {
  const { container, unmount } = render(
    <StrictMode>
      <Chat threadId={threadId} api={api} />
    </StrictMode>,
  );
  const texts = (selector = 'p'): (string | null)[] =>
    [...container.querySelectorAll(selector)].map(
      ({ textContent }) => textContent,
    );
  const press = (name: string): void => {
    const buttons = [...container.querySelectorAll('button')];
    const button = buttons.find(({ textContent }) => textContent === name);
    if (button === undefined) throw new Error(`There is no button ${name}.`);
    fireEvent.click(button);
  };
  return { texts, press, unmount };
}

/**
 * As a reload does: what was in the browser's storage when the page died is
 * there. A component that is taken away still tidies up; a dead page cannot.
 */
async function die({ unmount }: ReturnType<typeof openPage>): Promise<void> {
  const { localStorage } = window;
  const names = Array.from({ length: localStorage.length }, (_, index) =>
    String(localStorage.key(index)),
  );
  const kept = names.map((name) => [name, localStorage.getItem(name)] as const);
  unmount();
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const [name, value] of kept) localStorage.setItem(name, String(value));
}

const isReady = (page: ReturnType<typeof openPage>): boolean =>
  !page.texts('button').includes('Stop');

describe('the client of TanStack AI under durableFetch', () => {
  it('shows an answer whole over drops, and sends what was said before', async () => {
    const threadId = nextThread();
    const [one, two] = [gate(), gate()];
    await using app = await startApp([
      'One ',
      { until: one.opened },
      'two ',
      { until: two.opened },
      'three.',
    ]);
    const { client, texts } = openClient(app, threadId);
    const sent = client.sendMessage('Count!');
    await until(() => texts()[1] === 'One ');
    app.proxy.breakAll('cut');
    one.open();
    await until(() => texts()[1] === 'One two ');
    app.proxy.breakAll('end');
    two.open();
    await sent;
    expect(texts()).toEqual(['Count!', 'One two three.']);
    expect(client.getStatus()).toBe('ready');
    await client.sendMessage('Again!');
    expect(texts()).toEqual([
      'Count!',
      'One two three.',
      'Again!',
      'One two three.',
    ]);
    await app.settled();
    const runs = await soundRuns(streams, threadId);
    expect(runs.map(({ statuses }) => statuses.at(-1))).toEqual([
      'done',
      'done',
    ]);
  });

  it('is ready on every device where one stops the answer', async () => {
    const threadId = nextThread();
    await using app = await startApp(['One ', { until: gate().opened }]);
    const sender = openClient(app, threadId);
    const sent = sender.client.sendMessage('Count!');
    await untilLogged(threadId, 'One ');
    await until(() => sender.texts()[1] === 'One ');
    const { durable } = openClient(app, threadId);
    expect(await durable.stop()).toEqual({ stopped: true });
    await sent;
    expect(sender.texts()).toEqual(['Count!', 'One ']);
    expect(sender.client.getStatus()).toBe('ready');
    expect(sender.client.getError()).toBeUndefined();
    expect(app.adapter.aborted).toEqual([true]);
    await app.settled();
    expect(await soundRuns(streams, threadId)).toMatchObject([
      { statuses: ['active', 'stopped'] },
    ]);
  });
});

describe('the page of the example', () => {
  it('shows after a reload the answer that is under way, and goes on with it', async () => {
    const threadId = nextThread();
    const middle = gate();
    await using app = await startApp([
      'One ',
      { until: middle.opened },
      'two.',
    ]);
    const first = openPage(app, threadId);
    first.press('Send');
    await until(() => first.texts()[1] === 'One ');
    await untilLogged(threadId, 'One ');
    // Twice, for what the page remembers must be right after the first time.
    await die(first);
    const second = openPage(app, threadId);
    await until(() => second.texts()[1] === 'One ' && !isReady(second));
    await die(second);
    const third = openPage(app, threadId);
    await until(() => third.texts()[1] === 'One ' && !isReady(third));
    middle.open();
    await until(() => isReady(third));
    expect(third.texts()).toEqual(['Hello', 'One two.']);
    third.press('Send');
    await until(() => third.texts().length === 4 && isReady(third));
    expect(third.texts().slice(2)).toEqual(['Hello', 'One two.']);
    third.unmount();
  });

  it('shows after a reload the answer that has ended meanwhile', async () => {
    const threadId = nextThread();
    const middle = gate();
    await using app = await startApp([
      'One ',
      { until: middle.opened },
      'two.',
    ]);
    const first = openPage(app, threadId);
    first.press('Send');
    await until(() => first.texts()[1] === 'One ');
    await untilLogged(threadId, 'One ');
    await die(first);
    middle.open();
    await app.settled();
    const second = openPage(app, threadId);
    await until(() => second.texts()[1] === 'One two.' && isReady(second));
    expect(second.texts()).toEqual(['Hello', 'One two.']);
    second.unmount();
  });

  it('stops an answer that it has reopened', async () => {
    const threadId = nextThread();
    await using app = await startApp(['One ', { until: gate().opened }]);
    const first = openPage(app, threadId);
    first.press('Send');
    await until(() => first.texts()[1] === 'One ');
    await untilLogged(threadId, 'One ');
    await die(first);
    const second = openPage(app, threadId);
    await until(() => second.texts()[1] === 'One ' && !isReady(second));
    second.press('Stop');
    await until(() => isReady(second));
    expect(second.texts()).toEqual(['Hello', 'One ']);
    await app.settled();
    expect(await soundRuns(streams, threadId)).toMatchObject([
      { statuses: ['active', 'stopped'] },
    ]);
    second.unmount();
  });
});
