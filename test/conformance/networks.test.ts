import '../support/page-globals.js';
import {
  faultyFetch,
  networkErrorMessages,
  scriptedModel,
  startStreams,
  type ScriptedModel,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain, until } from '../support/chat-client.js';
import { openHookPage } from '../support/hook-page.js';
import { EAGER, Traveller, type Journey } from '../support/journey.js';
import { openScene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';

const TEXT = Array.from({ length: 40 }, (_, index) => `word ${index}`);

let streams: TestStreams;
let whole: Journey;
const nextChat = sequence('networks');

/** Speaks for a second, with a silence in the middle that outlasts any cap. */
function speaker(delayMs: number): ScriptedModel {
  return scriptedModel([
    { type: 'text', text: TEXT.slice(0, 20), delayMs },
    { type: 'wait', ms: delayMs * 30 },
    { type: 'text', text: TEXT.slice(20), delayMs },
  ]);
}

beforeAll(async () => {
  streams = await startStreams();
  await using scene = await openScene({ streams, model: speaker(0) });
  whole = await new Traveller(scene, { id: nextChat() }).send();
});
afterAll(() => streams.stop());

function expectWhole(journey: Journey): void {
  expect(journey.messages).toEqual(whole.messages);
  expect(journey.errors).toEqual([]);
  expect(new Set(journey.statuses)).toEqual(
    new Set(['ready', 'submitted', 'streaming']),
  );
  expect(journey.finishes).toEqual(whole.finishes);
}

describe('[A9] a connection that is lost in the words of', () => {
  it.each(Object.entries(networkErrorMessages))(
    '%s is a drop, for a message and for a resumed page',
    async (_, { request, body }) => {
      await using scene = await openScene({ streams, model: speaker(2) });
      const id = nextChat();
      const drops = () =>
        faultyFetch([
          { kind: 'network-error', message: request },
          { kind: 'lose-response', message: request },
          { kind: 'cut', afterFrames: 3, message: body },
          { kind: 'network-error', message: request },
          { kind: 'cut', afterFrames: 2, message: body },
          { kind: 'cut', afterBytes: 100, message: body },
        ]);
      const transport = { fetch: drops(), reconnect: EAGER };
      const sender = new Traveller(scene, { id, transport });
      const sent = sender.send();
      await until(sender.tab, ({ messages }) => messages.length > 1);
      const messages = sender.tab.chat.messages.slice(0, 1);
      const page = new Traveller(scene, {
        id,
        transport: {
          fetch: drops(),
          reconnect: EAGER,
          newestMessageId: () => messages[0]?.id,
        },
        init: { messages: plain(messages) },
      });
      await sent;
      expectWhole(sender.journey());
      expectWhole(await page.resume());
      expect(transport.fetch.calls.length).toBeGreaterThan(6);
    },
  );
});

describe('[A9] a network that stays away, in the words of', () => {
  it.each(Object.entries(networkErrorMessages))(
    '%s is told of once, as an error that Chat does not resume by itself',
    async (_, { request, body }) => {
      await using scene = await openScene({ streams, model: speaker(2) });
      const fetch = faultyFetch([
        { kind: 'cut', afterFrames: 3, message: body },
        { kind: 'network-error', message: request, times: Infinity },
      ]);
      const reconnect = { ...EAGER, giveUpAfterMs: 20 };
      const transport = { fetch, reconnect };
      const tab = new Traveller(scene, { id: nextChat(), transport });
      const { errors, finishes, statuses } = await tab.send();
      expect(errors).toMatchObject([
        { name: 'DurableChatError', code: 'unreachable' },
      ]);
      expect(finishes).toMatchObject([{ isError: true, isDisconnect: false }]);
      expect(statuses.at(-1)).toBe('error');
    },
  );
});

describe('[A15] a proxy that caps connections', () => {
  it('at 2 s, in mid-text and while a tool is silent, is not noticed by pages', async () => {
    const text = (from: number): string[] => TEXT.slice(from, from + 10);
    const model = scriptedModel([
      { type: 'text', text: text(0), delayMs: 100 },
      { type: 'wait', ms: 3_000 },
      { type: 'text', text: text(10), delayMs: 100 },
    ]);
    const lifetime = { ms: 2_000, how: 'end' } as const;
    await using scene = await openScene({ streams, model, lifetime });
    const id = nextChat();
    const finishes: unknown[] = [];
    const init = { onFinish: () => void finishes.push(1) };
    const options = { api: scene.api, id, init, transport: { reconnect: {} } };
    const sender = await openHookPage({ ...options, messages: [] });
    sender.send('What is it like?');
    await sender.streams(text(0)[5] ?? '');
    const page = await openHookPage(options);
    await Promise.all([
      sender.rests(text(10).at(-1) ?? ''),
      page.rests(text(10).at(-1) ?? ''),
    ]);
    await scene.stored();
    const { messages } = await scene.app.chat.load(id);
    for (const { messages: seen, statuses } of [sender, page]) {
      expect(seen()).toEqual(messages);
      expect(statuses.filter((status) => status !== 'submitted')).toEqual([
        'ready',
        'streaming',
        'ready',
      ]);
    }
    expect(finishes).toHaveLength(2);
    expect(model.calls).toHaveLength(1);
    // Every 2 s each, and the page's load.
    expect(scene.proxy.requests.length).toBeGreaterThan(4);
    expect(scene.proxy.requests.length).toBeLessThan(20);
    sender.leave();
    page.leave();
  });

  it.each(['end', 'cut'] as const)(
    'by a clean or a hard end is not noticed: %s',
    async (how) => {
      await using scene = await openScene({
        streams,
        model: speaker(10),
        lifetime: { ms: 100, how },
      });
      const id = nextChat();
      const sender = new Traveller(scene, { id });
      const sent = sender.send();
      await until(sender.tab, ({ messages }) => messages.length > 1);
      const messages = sender.tab.chat.messages.slice(0, 1);
      const page = new Traveller(scene, {
        id,
        transport: { newestMessageId: () => messages[0]?.id },
        init: { messages: plain(messages) },
      });
      const resumed = page.resume();
      expectWhole(await sent);
      expectWhole(await resumed);
      // Each a few times, and in no hurry.
      expect(scene.proxy.requests.length).toBeGreaterThan(8);
      expect(scene.proxy.requests.length).toBeLessThan(120);
    },
  );
});
