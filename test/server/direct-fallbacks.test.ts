import {
  startStreams,
  type FaultStep,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DIRECT_READ_TYPE } from '../../src/protocol/index.js';
import { textOf } from '../support/chat-client.js';
import {
  inMidAnswer,
  inReadSteps,
  openDirectScene,
  PATIENT,
  WORDS,
} from '../support/direct-scene.js';
import { leaveRun } from '../support/leave-run.js';
import { NUMBERS } from '../support/number-answer.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

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

  it('reads from the server where a cache answers with what it has read', async () => {
    const { scene, id, middle, sent, join } = await inMidAnswer({ streams });
    await using _ = scene;
    const old = await fetch(`${streams.url}/${id}/log?offset=-1`);
    const body = await old.text();
    const offset = old.headers.get('stream-next-offset') ?? '';
    const headers = { 'stream-next-offset': offset };
    const kept = { kind: 'status', status: 200, headers, body } as const;
    scene.road.script = [{ ...kept, times: Infinity }];
    const { ended } = await join();
    await vi.waitUntil(() => scene.polls() > 0, PATIENT);
    middle.open();
    const { messages, errors } = await ended;
    expect(textOf(messages.at(-1))).toBe(NUMBERS);
    expect(errors).toEqual([]);
    // And asks for it with pauses.
    expect(scene.polls()).toBeLessThan(100);
    await sent;
  });

  it('is served where the app gives no URL, or fails to make one', async () => {
    const broken = new Error('no key');
    const told: string[] = [];
    const { scene, one, other, id, middle, sent } = await inMidAnswer({
      streams,
      onEvent: ({ type }) => void (type === 'resume-served' && told.push(type)),
      signUrl: async ({ request }) => {
        await Promise.resolve();
        told.push('asked');
        if (request.headers.has('x-broken')) throw broken;
        return undefined;
      },
    });
    await using _ = scene;
    const accept = DIRECT_READ_TYPE;
    const answers: Response[] = [];
    for (const { api } of [one, other]) {
      for (const headers of [{ accept }, { accept, 'x-broken': 'yes' }]) {
        answers.push(await fetch(`${api}/${id}/stream`, { headers }));
        // Once it is answered: what that took is a part of it.
        expect(told.splice(0)).toEqual(['asked', 'resume-served']);
      }
    }
    middle.open();
    for (const answer of answers) {
      expect(answer.headers.get('content-type')).toBe('text/event-stream');
      const text = await answer.text();
      expect(text).toContain('three');
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    }
    for (const { errors } of [one, other]) {
      expect(errors).toMatchObject([{ error: broken, source: 'app' }]);
    }
    await sent;
  });

  it('is served where the writer has been silent past its lease', async () => {
    await using scene = await openDirectScene({ streams });
    const id = 'silent';
    await leaveRun(streams, id, 1_000);
    const { api } = scene.instances.one;
    const headers = { accept: DIRECT_READ_TYPE };
    const answer = await fetch(`${api}/${id}/stream`, { headers });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    await answer.body?.cancel();
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
