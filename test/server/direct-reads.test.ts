import { DurableTransport } from 'ai-durable-transport';
import {
  cuttingProxy,
  startStreams,
  type FaultStep,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DIRECT_READ_TYPE } from '../../src/protocol/index.js';
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
import { startInstances } from '../support/start-instances.js';

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

describe.concurrent('a page that cannot read from the log', () => {
  it.each<[string, FaultStep]>([
    ['refuses it', { kind: 'status', status: 403, times: Infinity }],
    ['knows no such log', { kind: 'status', status: 404, times: Infinity }],
    [
      'answers what is no log',
      { kind: 'status', status: 200, times: Infinity },
    ],
    ['is away', { kind: 'network-error', times: Infinity }],
  ])('reads from the server where the road %s', async (_, fault) => {
    const { scene, middle, sent, join } = await inMidAnswer({ streams });
    await using __ = scene;
    scene.road.script = [fault];
    const { ended } = await join();
    await vi.waitUntil(() => scene.polls() > 0, PATIENT);
    middle.open();
    const { messages, errors } = await ended;
    expect(textOf(messages.at(-1))).toBe(NUMBERS);
    expect(errors).toEqual([]);
    expect(scene.signed).toHaveLength(1);
    await sent;
  });

  it('changes over in mid-answer where the road goes away', async () => {
    const { scene, reader, read, sent } = await inReadSteps({ streams });
    await using _ = scene;
    await read(3);
    expect(scene.polls()).toBeGreaterThan(1);
    await scene.road.down();
    await read(WORDS.length);
    expect(await reader.ended).toEqual(WORDS);
    await sent;
  });

  it('is served where the app gives no URL, or fails to make one', async () => {
    const broken = new Error('no key');
    let asked = 0;
    const { scene, other, middle, sent, join } = await inMidAnswer({
      streams,
      signUrl: () => {
        asked += 1;
        if (asked > 1) throw broken;
        return undefined;
      },
    });
    await using _ = scene;
    const pages = [await join(), await join()];
    middle.open();
    for (const { ended } of pages) {
      const { messages } = await ended;
      expect(textOf(messages.at(-1))).toBe(NUMBERS);
    }
    expect(other.errors).toMatchObject([{ error: broken, source: 'app' }]);
    expect(scene.polls()).toBe(0);
    await sent;
  });

  it('is served by a server that has no such option, and asked for nothing', async () => {
    const { scene, middle, sent, other, id } = await inMidAnswer({ streams });
    await using _ = scene;
    const asIs = { headers: { accept: '*/*' } };
    const answer = await fetch(`${other.api}/${id}/stream`, asIs);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    await answer.body?.cancel();
    const accept = `text/event-stream, ${DIRECT_READ_TYPE}`;
    await using older = await startInstances({ streams });
    const served = await fetch(`${older.one.api}/${id}/stream`, {
      headers: { accept },
    });
    expect(served.headers.get('content-type')).toBe('text/event-stream');
    await served.body?.cancel();
    expect(scene.signed).toEqual([]);
    middle.open();
    await sent;
  });

  it('is given no URL where it may not read', async () => {
    const { scene, middle, sent, other, id } = await inMidAnswer({
      streams,
      authorize: ({ request, action }) => {
        const isOwner = request.headers.get('x-user') !== 'mallory';
        if (isOwner || action !== 'read') return { id: 'owner' };
        throw new Error('not yours');
      },
    });
    await using _ = scene;
    const answer = await fetch(`${other.api}/${id}/stream`, {
      headers: { accept: DIRECT_READ_TYPE, 'x-user': 'mallory' },
    });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain(scene.road.url);
    expect(scene.signed).toEqual([]);
    middle.open();
    await sent;
  });
});
