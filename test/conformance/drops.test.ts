import {
  scriptedModel,
  startStreams,
  type Fault,
  type FaultScript,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Traveller, type Journey } from '../support/journey.js';
import { openScene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { answerWithWeather, weatherScript } from '../support/weather-answer.js';

let streams: TestStreams;
let whole: Journey;
const nextChat = sequence('drops');

interface Trip extends Journey {
  readonly requests: number;
}

/** One message and its answer in two steps, with these faults on the way. */
async function travel(script: FaultScript): Promise<Trip> {
  const respond = answerWithWeather(scriptedModel(weatherScript(1)));
  await using scene = await openScene({ streams, respond, script });
  const journey = await new Traveller(scene, { id: nextChat() }).send();
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

  it.each<Fault['kind'] & ('cut' | 'end')>(['cut', 'end'])(
    '[A5][A7] is not seen, at whatever chunk boundary it comes: %s',
    async (kind) => {
      const trips = await Promise.all(
        boundaries.map((afterFrames) => travel([{ kind, afterFrames }])),
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

  it('[A5] is not seen when the answer to the POST never came', async () => {
    expectWhole(await travel([{ kind: 'lose-response' }]));
    expectWhole(await travel([{ kind: 'network-error', times: 3 }]));
  });

  it('[A7] ends nothing: Chat is told of an end that the log tells of', async () => {
    const ends: FaultScript = [{ kind: 'end', afterFrames: 3, times: 9 }];
    const trip = await travel(ends);
    expectWhole(trip);
    expect(trip.requests).toBe(10);
  });
});
