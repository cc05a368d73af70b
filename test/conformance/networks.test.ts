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

describe('[A15] a proxy that caps connections', () => {
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
      expect(scene.proxy.requests.length).toBeLessThan(60);
    },
  );
});
