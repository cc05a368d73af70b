import {
  startStreams,
  type FaultStep,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asReplayed } from '../support/as-replayed.js';
import { ownProviderStreams } from '../support/own-provider-streams.js';
import type { ProviderConversation } from '../support/provider-conversation.js';
import { providerJourney } from '../support/provider-journey.js';
import { readRecordings } from '../support/read-recordings.js';
import { seededRandom } from '../support/seeded-random.js';
import { sequence } from '../support/sequence.js';
import { share, thinned } from '../support/thinned.js';

/** Recordings of real providers, one conversation or call a file. */
const directory = process.env['RECORDINGS_DIR'];
const recordings = directory ? thinned(await readRecordings(directory)) : [];
if (directory === undefined) {
  console.log('RECORDINGS_DIR is not set: the recordings did not run.');
}

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('provider');

/** How many bytes a chunk is on the wire, about. */
const BYTES_A_CHUNK = 90;
const CUTS = 4;

function randomCut(random: () => number, chunks: number): FaultStep {
  return random() < 0.5
    ? { kind: 'cut', afterFrames: Math.floor(random() * chunks) }
    : {
        kind: 'end',
        afterBytes: Math.floor(random() * chunks * BYTES_A_CHUNK),
      };
}

function randomEvent(
  random: () => number,
  { calls }: ProviderConversation,
): { call: number; event: number } {
  const call = Math.floor(random() * calls.length);
  return { call, event: Math.floor(random() * (calls[call]?.length ?? 0)) };
}

/** What our own streams are to hold, so that they prove what they say. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'openai-chat-tool': ['text', 'tool-tideAt'],
  'openai-responses-reasoning-and-tool': [
    'reasoning',
    'tool-moonPhase',
    'tool-webSearch',
    'text',
    'source-url',
  ],
  'openai-responses-approval': ['reasoning', 'dynamic-tool', 'text'],
  'anthropic-tool-use': ['reasoning', 'text', 'tool-findBird'],
  'anthropic-error-in-mid-stream': ['text'],
  'google-generate-content-tool': [
    'reasoning',
    'tool-nextTrain',
    'text',
    'file',
    'source-url',
  ],
};

function promiseTheSame(conversation: ProviderConversation): void {
  const random = seededRandom(conversation.name);
  const travel = (
    options: Omit<Parameters<typeof providerJourney>[1], 'id' | 'conversation'>,
  ) => providerJourney(streams, { id: nextChat(), conversation, ...options });
  let chunks = 0;

  it('[A22] an answer comes through as the AI SDK would show it', async () => {
    const { sender, expected, ...whole } = await travel({});
    expect(sender.messages).toEqual(expected);
    ({ chunks } = whole);
    expect(chunks).toBeGreaterThan(1);
    const types = expected[1]?.parts.map(({ type }) => type) ?? [];
    const { [conversation.name]: parts = [] } = PARTS;
    expect(types).toEqual(expect.arrayContaining([...parts]));
  });

  it('[A22] an answer is the same wherever it is cut', async () => {
    const places = Array.from({ length: CUTS }, () =>
      randomCut(random, chunks),
    );
    const trips = places
      .slice(0, share(CUTS))
      .map((cut) => travel({ faults: [cut] }));
    const cuts = Array.from({ length: 2 * CUTS }, () =>
      randomCut(random, chunks / CUTS),
    );
    for (const trip of await Promise.all([
      ...trips,
      travel({ faults: cuts }),
    ])) {
      expect(trip.sender.messages).toEqual(trip.expected);
    }
  });

  it('[A22] a page that is reloaded in its middle shows the same', async () => {
    const places = Array.from({ length: CUTS }, () => ({
      faults: [randomCut(random, 20), randomCut(random, chunks)],
      ...randomEvent(random, conversation),
    }));
    const trips = places
      .slice(0, share(CUTS))
      .map((reload) => travel({ reload }));
    for (const { sender, reloaded, expected } of await Promise.all(trips)) {
      expect(sender.messages).toEqual(expected);
      const { journey, expected: found = [] } = { ...reloaded };
      expect(journey?.messages).toEqual(asReplayed(found));
    }
  });
}

describe.each(ownProviderStreams)('our own stream $name', (conversation) => {
  promiseTheSame(conversation);
});

describe.runIf(recordings.length > 0).each(recordings)(
  'the recording $name',
  (conversation) => {
    promiseTheSame(conversation);
  },
);
