import {
  scriptedModel,
  startStreams,
  type FaultScript,
  type ModelScript,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EAGER, Traveller, type Journey } from '../support/journey.js';
import { openScene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';
import { answerWithWeather, weatherScript } from '../support/weather-answer.js';

const STALL_TIMEOUT_MS = 400;

let streams: TestStreams;
let whole: Journey;
const nextChat = sequence('silence');

interface Trip extends Journey {
  readonly requests: number;
}

async function travel(
  script: FaultScript,
  answer: ModelScript = weatherScript(1),
): Promise<Trip> {
  const respond = answerWithWeather(scriptedModel(answer));
  const options = { streams, respond, script, heartbeatMs: 40 };
  await using scene = await openScene(options);
  const reconnect = { ...EAGER, stallTimeoutMs: STALL_TIMEOUT_MS };
  const transport = { reconnect };
  const traveller = new Traveller(scene, { id: nextChat(), transport });
  const journey = await traveller.send();
  return { ...journey, requests: scene.proxy.requests.length };
}

beforeAll(async () => {
  streams = await startStreams();
  whole = await travel([]);
});
afterAll(() => streams.stop());

describe('a socket that only falls silent', () => {
  it('[A10] is found out, wherever in the answer it does', async () => {
    const places = [0, 1, 7, 20, 31];
    const trips = await Promise.all(
      places.map((afterFrames) => travel([{ kind: 'stall', afterFrames }])),
    );
    for (const { requests, ...journey } of trips) {
      expect(journey.messages).toEqual(whole.messages);
      expect(journey.statuses).toEqual(whole.statuses);
      expect(journey.finishes).toEqual(whole.finishes);
      expect(requests).toBeGreaterThanOrEqual(2);
    }
  });

  it('[A10] is found out before the answer has begun', async () => {
    const script: FaultScript = [{ kind: 'stall', afterBytes: 0 }];
    const trip = await travel(script);
    expect(trip.messages).toEqual(whole.messages);
    expect(trip.statuses).toEqual(whole.statuses);
  });

  it('[A10] is told from a model that only thinks for long', async () => {
    const [first = [], second = []] = weatherScript(1);
    const slow: ModelScript = [
      [{ type: 'wait', ms: 3 * STALL_TIMEOUT_MS }, ...first],
      second,
    ];
    const trip = await travel([], slow);
    expect(trip.messages[1]?.parts).toHaveLength(8);
    expect(trip.requests).toBe(1);
  });
});
