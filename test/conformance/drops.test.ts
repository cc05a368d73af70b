import {
  scriptedModel,
  startStreams,
  type FaultScript,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChatApp } from '../support/chat-app.js';
import { EAGER, Traveller, type Journey } from '../support/journey.js';
import { openScene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { answerWithWeather, weatherScript } from '../support/weather-answer.js';

let streams: TestStreams;
let whole: Journey;
const nextChat = sequence('drops');

interface Trip extends Journey {
  readonly requests: number;
}

/** A busy machine that takes long to answer is not asked twice. */
const PATIENT = { ...EAGER, stallTimeoutMs: 60_000 };

/** One message and its answer in two steps, with these faults on the way. */
async function travel(script: FaultScript): Promise<Trip> {
  const respond = answerWithWeather(scriptedModel(weatherScript(1)));
  await using scene = await openScene({ streams, respond, script });
  const options = { id: nextChat(), transport: { reconnect: PATIENT } };
  const journey = await new Traveller(scene, options).send();
  return { ...journey, requests: scene.proxy.requests.length };
}

/** How many server-sent events the answer has, `[DONE]` included. */
const FRAMES = 32;
const boundaries = Array.from({ length: FRAMES + 1 }, (_, index) => index);

function expectWhole(journey: Journey): void {
  expect(journey.messages).toEqual(whole.messages);
  expect(journey.statuses).toEqual([
    'ready',
    'submitted',
    'streaming',
    'ready',
  ]);
  expect(journey.errors).toEqual([]);
  expect(journey.finishes).toEqual(whole.finishes);
}

beforeAll(async () => {
  streams = await startStreams();
  whole = await travel([]);
});
afterAll(() => streams.stop());

describe('a dropped connection', () => {
  it('is not there in the answer that all others are compared to', () => {
    expect(whole).toMatchObject({
      requests: 1,
      errors: [],
      finishes: [{ isAbort: false, isDisconnect: false, isError: false }],
    });
    const types = whole.messages[1]?.parts.map(({ type }) => type);
    expect(types).toEqual([
      'step-start',
      'reasoning',
      'text',
      'tool-weather',
      'step-start',
      'source-url',
      'text',
      'file',
    ]);
  });

  it.each([
    ['cut', (at: number): FaultScript => [{ kind: 'cut', afterFrames: at }]],
    ['end', (at: number): FaultScript => [{ kind: 'end', afterFrames: at }]],
  ] as const)(
    '[A5][A7] is not seen, at whatever chunk boundary it comes: %s',
    async (_, faultsAt) => {
      const trips = await Promise.all(
        boundaries.map((place) => travel(faultsAt(place))),
      );
      for (const trip of trips) expectWhole(trip);
      // After `[DONE]` there is nothing to come back for.
      const requests = trips.map((trip) => trip.requests);
      expect(requests).toEqual([...boundaries.slice(1).map(() => 2), 1]);
    },
  );

  it('[A5] is not seen when every connection breaks after a single chunk', async () => {
    const script: FaultScript = [
      { kind: 'cut', afterFrames: 1, times: Infinity },
    ];
    const trip = await travel(script);
    expectWhole(trip);
    expect(trip.requests).toBeGreaterThanOrEqual(FRAMES - 1);
  });

  it('[A5] is not seen when another instance answers then', async () => {
    const other = await startChatApp({ streams });
    const trips = boundaries.map(async (afterFrames) => {
      const respond = answerWithWeather(scriptedModel(weatherScript(1)));
      await using scene = await openScene({ streams, respond });
      scene.proxy.script = ({ method }) => {
        if (method === 'POST') return { kind: 'cut', afterFrames };
        scene.proxy.target = other.url;
        return { kind: 'pass' };
      };
      const journey = await new Traveller(scene, { id: nextChat() }).send();
      return { ...journey, target: scene.proxy.target };
    });
    const ended = await Promise.all(trips);
    for (const trip of ended) expectWhole(trip);
    expect(ended.filter(({ target }) => target === other.url)).toHaveLength(
      FRAMES,
    );
    await other.close();
  });

  it('[A5] is not seen when the answer to the POST never came', async () => {
    const lost = await travel([{ kind: 'lose-response' }]);
    expectWhole(lost);
    const refused = await travel([{ kind: 'network-error', times: 3 }]);
    expectWhole(refused);
    expect([lost.requests, refused.requests]).toEqual([2, 4]);
  });

  it('[A7] ends nothing: Chat is told of an end that the log tells of', async () => {
    const ends: FaultScript = [{ kind: 'end', afterFrames: 3, times: 9 }];
    const trip = await travel(ends);
    expectWhole(trip);
    expect(trip.requests).toBe(10);
  });
});
