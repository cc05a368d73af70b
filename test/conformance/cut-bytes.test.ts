import type { UIMessageChunk } from 'ai';
import {
  faultyFetch,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shows } from '../support/asked-user.js';
import { gate, type Gate } from '../support/gate.js';
import { inBatches } from '../support/in-batches.js';
import { Traveller, type Journey } from '../support/journey.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { thinned } from '../support/thinned.js';

const TEXT = 'é☕👩‍🚀';
/** Of the bytes of its replay. */
const MOST = 400;
/** Its halves come in a delta each, as some models send them. */
const HALVED = '𝄞';

const chunks: readonly UIMessageChunk[] = [
  { type: 'start', messageId: 'a' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: `${TEXT}${HALVED.slice(0, 1)}` },
  { type: 'text-delta', id: 't', delta: `${HALVED.slice(1)}再` },
  { type: 'text-end', id: 't' },
];

/** The chunks, halted between the two halves. */
function halted(middle: Gate): ReadableStream<UIMessageChunk> {
  return new ReadableStream({
    async start(controller) {
      for (const chunk of chunks.slice(0, 3)) controller.enqueue(chunk);
      await middle.opened;
      for (const chunk of chunks.slice(3)) controller.enqueue(chunk);
      controller.close();
    },
  });
}

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('c');

/** A tab whose first response breaks off after so many bytes. */
function cutTab({ app }: Scene, id: string, afterBytes?: number): Traveller {
  const fetch = faultyFetch(
    afterBytes === undefined ? [] : [{ kind: 'cut', afterBytes }],
  );
  return new Traveller(app, { id, transport: { fetch } });
}

function expectSame(journey: Journey, whole: Journey): void {
  expect(journey.messages).toEqual(whole.messages);
  expect(journey.statuses).not.toContain('error');
  expect(journey.finishes).toEqual(whole.finishes);
  expect(journey.errors).toEqual([]);
}

describe('a cut inside of a frame, a character or a pair of surrogates', () => {
  it('[A6] of the live answer is not seen, at whatever byte it comes', async () => {
    const open = gate();
    open.open();
    const respond = () => halted(open);
    await using scene = await openScene({ streams, respond });
    const whole = await cutTab(scene, nextChat()).send();
    expect(whole.messages[1]?.parts).toEqual([
      { type: 'text', text: `${TEXT}${HALVED}再`, state: 'done' },
    ]);
    const [question] = whole.messages;
    const body = JSON.stringify({ id: nextChat(), messages: [question] });
    const uncut = await fetch(scene.app.api, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { byteLength } = await uncut.arrayBuffer();
    const places = thinned(
      Array.from({ length: byteLength }, (_, byte) => byte),
    );
    await inBatches(places.length, 16, async (at) => {
      const tab = cutTab(scene, nextChat(), places[at]);
      expectSame(await tab.send(), whole);
    });
  }, 60_000);

  it('[A6] of a replay is not seen, at whatever byte it comes', async () => {
    const middle = gate();
    const respond = () => halted(middle);
    await using scene = await openScene({ streams, respond });
    const id = nextChat();
    const sender = cutTab(scene, id);
    const sent = sender.send();
    await shows(sender, TEXT);
    // From then on it is known to be stored, and a replay is one frame.
    const early = cutTab(scene, id);
    void early.resume();
    await shows(early, TEXT);
    const url = `${scene.app.api}/${id}/stream`;
    const uncut = fetch(url).then((response) => response.arrayBuffer());
    const [question] = sender.tab.chat.messages.slice(0, 1);
    if (question === undefined) throw new Error('Nothing was sent.');
    const tabs = thinned(Array.from({ length: MOST }, (_, byte) => byte)).map(
      (afterBytes) => cutTab(scene, id, afterBytes),
    );
    const resumed = tabs.map(async (tab) => {
      tab.tab.chat.messages = [question];
      return await tab.resume();
    });
    await Promise.all(tabs.map((tab) => shows(tab, TEXT)));
    middle.open();
    const whole = await sent;
    for (const journey of await Promise.all(resumed)) {
      expectSame(journey, whole);
    }
    expect((await uncut).byteLength).toBeLessThanOrEqual(MOST);
  });
});
