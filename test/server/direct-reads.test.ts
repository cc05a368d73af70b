import { DurableTransport } from 'ai-durable-transport';
import {
  cuttingProxy,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plain, textOf } from '../support/chat-client.js';
import {
  inMidAnswer,
  inReadSteps,
  inSteps,
  PATIENT,
  readWords,
  WORDS,
} from '../support/direct-scene.js';
import { EAGER } from '../support/journey.js';
import { NUMBERS } from '../support/number-answer.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

/** What a page sends that does not read directly. */
const PLAIN = { headers: { accept: 'text/event-stream' } };

describe.concurrent('a page that reads a running answer from the log', () => {
  it('shows what one shows that reads it from the server', async () => {
    const { scene, one, other, sent, middle, join } = await inMidAnswer({
      streams,
    });
    await using _ = scene;
    const pages = await Promise.all([
      join(other),
      join(one),
      join(other, PLAIN),
    ]);
    expect(scene.signed).toHaveLength(2);
    middle.open();
    const journeys = await Promise.all(pages.map(({ ended }) => ended));
    const [direct, own, served] = journeys.map(plain);
    expect(textOf(direct?.messages.at(-1))).toBe(NUMBERS);
    expect(direct).toEqual(served);
    expect(own).toEqual(served);
    expect(scene.polls()).toBeGreaterThanOrEqual(2);
    await sent;
  });

  it('holds no connection to the server meanwhile', async () => {
    const { scene, other, middle, sent, join } = await inMidAnswer({ streams });
    await using _ = scene;
    await using server = await cuttingProxy({ target: other.url });
    const { ended } = await join({ api: `${server.url}/api/chat` });
    await vi.waitUntil(() => scene.polls() > 0, PATIENT);
    expect(server.requests).toHaveLength(1);
    // Nothing is under way there that could be broken, and so nothing breaks.
    expect(server.breakAll()).toBe(0);
    await server.down();
    middle.open();
    const { messages, errors } = await ended;
    expect(textOf(messages.at(-1))).toBe(NUMBERS);
    expect(errors).toEqual([]);
    await sent;
  });

  it('asks for a new URL before it would read by an expired one', async () => {
    const { scene, reader, read, sent } = await inReadSteps({
      streams,
      ttlMs: 2_000,
    });
    await using _ = scene;
    for (const count of [2, 4, 6]) {
      await read(count);
      const { expiresAt = 0 } = scene.signed.at(-1) ?? {};
      await vi.waitUntil(() => Date.now() > expiresAt, PATIENT);
    }
    await read(WORDS.length);
    expect(await reader.ended).toEqual(WORDS);
    expect(scene.signed.length).toBeGreaterThan(2);
    await sent;
  });

  it.each([401, 403, 410])(
    'asks for a new URL where the old one is refused with %i',
    async (status) => {
      const { scene, reader, read, sent } = await inReadSteps({ streams });
      await using _ = scene;
      await read(3);
      const refused = `expires=${scene.signed[0]?.expiresAt}`;
      scene.road.script = ({ url }) =>
        url.includes(refused) ? { kind: 'status', status } : { kind: 'pass' };
      await read(WORDS.length);
      expect(await reader.ended).toEqual(WORDS);
      expect(scene.signed).toHaveLength(2);
      await sent;
    },
  );

  it('goes on where a body on the way is cut, at any of its bytes', async () => {
    const { scene, reader, read, sent } = await inReadSteps({ streams });
    await using _ = scene;
    scene.road.script = ({ index }) =>
      index % 2 === 0
        ? { kind: 'cut', afterBytes: (index * 37) % 300 }
        : { kind: 'pass' };
    await read(WORDS.length);
    expect(await reader.ended).toEqual(WORDS);
    const cuts = scene.road.requests.filter(
      ({ fault }) => fault.kind === 'cut',
    );
    expect(cuts.length).toBeGreaterThan(3);
    await sent;
  });

  it('goes there where a proxy adds a charset to the type', async () => {
    const { scene, other, middle, sent, join } = await inMidAnswer({ streams });
    await using _ = scene;
    const { ended } = await join(other, {
      fetch: async (input, init) => {
        const { body, status, headers } = await fetch(input, init);
        const type = `${headers.get('content-type')}; charset=utf-8`;
        const given = { ...Object.fromEntries(headers), 'content-type': type };
        return new Response(body, { status, headers: given });
      },
    });
    await vi.waitUntil(() => scene.polls() > 0, PATIENT);
    middle.open();
    expect(textOf((await ended).messages.at(-1))).toBe(NUMBERS);
    await sent;
  });

  it('tells the log nothing of who reads', async () => {
    const { scene, other, middle, sent, join } = await inMidAnswer({ streams });
    await using _ = scene;
    const { ended } = await join(other, {
      headers: { authorization: 'Bearer secret' },
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set('cookie', 'id=secret');
        return fetch(input, { ...init, headers });
      },
    });
    await vi.waitUntil(() => scene.polls() > 0, PATIENT);
    middle.open();
    await ended;
    for (const { headers } of scene.road.requests) {
      expect(JSON.stringify(headers)).not.toContain('secret');
    }
    await sent;
  });

  it('comes to it with the cursor of its own post, and misses nothing', async () => {
    const { scene, say } = await inSteps({ streams });
    await using _ = scene;
    const { one } = scene.instances;
    const script = [{ kind: 'cut', afterFrames: 6 } as const];
    await using server = await cuttingProxy({ target: one.url, script });
    const transport = new DurableTransport({
      api: `${server.url}/api/chat`,
      reconnect: EAGER,
    });
    say(6);
    const stream = await transport.sendMessages({
      trigger: 'submit-message',
      chatId: 'own-post',
      messageId: undefined,
      messages: [
        { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Count.' }] },
      ],
      abortSignal: undefined,
    });
    const { ended } = readWords(stream);
    await vi.waitUntil(() => scene.polls() > 0, PATIENT);
    say(WORDS.length);
    expect(await ended).toEqual(WORDS);
    expect(scene.signed).toHaveLength(1);
    await one.settled();
  });
});
