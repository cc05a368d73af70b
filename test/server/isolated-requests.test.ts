import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startChatApp } from '../support/chat-app.js';
import { openTab, textOf, until } from '../support/chat-client.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { soundRuns } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
afterEach(() => vi.unstubAllGlobals());
const nextChat = sequence('isolated');

/** What a runtime is known by whose requests must not share anything. */
const isolated = {
  Workers: () =>
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' }),
  'an edge runtime': () => vi.stubGlobal('EdgeRuntime', 'edge-runtime'),
};

/** An answer half-way, and two tabs that have joined it, maybe elsewhere. */
async function twoReaders(readAt?: string) {
  const { model, start, middle } = numberAnswer();
  start.open();
  const app = await startChatApp({ streams, model });
  const id = nextChat();
  const sender = openTab(app.api, { id });
  const sent = sender.chat.sendMessage({ text: 'Count.' });
  await until(sender, ({ messages }) => textOf(messages[1]).includes('three'));
  // One append at a time: with the second the log has the run.
  const append = { method: 'POST', url: new RegExp(`/${id}/log`) };
  await vi.waitUntil(() => streams.count(append) > 1);
  const api = readAt ?? app.api;
  const tabs = [openTab(api, { id }), openTab(api, { id })];
  const followed = tabs.map((tab) => tab.chat.resumeStream());
  const hasText = until(tabs[0] ?? sender, ({ messages }) =>
    textOf(messages.at(-1)).includes('three'),
  );
  await hasText;
  return { app, id, tabs, middle, ended: Promise.all([sent, ...followed]) };
}

const upstream = (id: string): number =>
  streams.count({ url: new RegExp(`/${id}/log.*live=`) });

it('lets readers share one upstream connection where requests may', async () => {
  const other = await startChatApp({ streams });
  const { app, id, middle, ended } = await twoReaders(other.api);
  middle.open();
  await ended;
  expect(upstream(id)).toBe(1);
  await Promise.all([app.close(), other.close()]);
});

it('has readers ask nothing of the log where the run is written', async () => {
  const { app, id, tabs, middle, ended } = await twoReaders();
  expect(streams.count({ method: 'GET', url: new RegExp(`/${id}/`) })).toBe(0);
  middle.open();
  await ended;
  expect(upstream(id)).toBe(0);
  for (const { chat } of tabs) {
    expect(textOf(chat.messages.at(-1))).toBe(NUMBERS);
  }
  await app.close();
});

it.each(Object.entries(isolated))(
  'gives each reader its own upstream connection in %s',
  async (_, pretend) => {
    pretend();
    const { app, id, tabs, middle, ended } = await twoReaders();
    middle.open();
    await ended;
    expect(upstream(id)).toBe(2);
    for (const { chat } of tabs) {
      expect(textOf(chat.messages.at(-1))).toBe(NUMBERS);
    }
    await app.close();
  },
);

it('stops a run of another request by way of the log alone', async () => {
  isolated.Workers();
  const { app, id, tabs, middle, ended } = await twoReaders();
  const [tab] = tabs;
  expect(await tab?.transport.stop({ chatId: id })).toEqual({ stopped: true });
  middle.open();
  await ended;
  const [run] = await soundRuns(streams, id);
  expect(run?.statuses).toEqual(['active', 'stopped']);
  await app.close();
});
