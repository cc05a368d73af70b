import {
  DurableTransport,
  type DurableTransportOptions,
} from 'ai-durable-transport';
import type {
  DirectReadContext,
  DirectReadsOptions,
} from 'ai-durable-transport/server';
import {
  cuttingProxy,
  scriptedModel,
  type CuttingProxy,
  type ModelStreamPart,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { vi } from 'vitest';
import type { ChatAppOptions } from './chat-app.js';
import { until } from './chat-client.js';
import { EAGER, Traveller } from './journey.js';
import { gate } from './gate.js';
import { numberAnswer } from './number-answer.js';
import { untilLogged } from './read-log.js';
import { sequence } from './sequence.js';
import { startInstances, type Instances } from './start-instances.js';
import { deltasOf } from './streamed-text.js';
import { hasText } from './tabs.js';

/** Two instances that send their readers to the log, and the road to it. */
export interface DirectScene extends AsyncDisposable {
  readonly instances: Instances;
  /** To the log, for pages alone: what a CDN is. */
  readonly road: CuttingProxy;
  /** For what URLs were asked. */
  readonly signed: readonly DirectReadContext[];
  /** How often pages asked for what comes next. */
  readonly polls: () => number;
}

export type DirectSceneOptions = Omit<ChatAppOptions, 'directReads'> &
  Partial<DirectReadsOptions> & { readonly streams: TestStreams };

export async function openDirectScene({
  ttlMs,
  signUrl,
  ...options
}: DirectSceneOptions): Promise<DirectScene> {
  const road = await cuttingProxy({ target: options.streams.url });
  const signed: DirectReadContext[] = [];
  const directReads: DirectReadsOptions = {
    ttlMs,
    signUrl: (context) => {
      signed.push(context);
      return (signUrl ?? urlBy(road))(context);
    },
  };
  const instances = await startInstances({ ...options, directReads });
  return {
    instances,
    road,
    signed,
    polls: () =>
      road.requests.filter(({ url }) => url.includes('live=long-poll')).length,
    async [Symbol.asyncDispose]() {
      await instances[Symbol.asyncDispose]();
      await road.close();
    },
  };
}

/** The log by that road, good until then. */
const urlBy =
  (road: CuttingProxy): DirectReadsOptions['signUrl'] =>
  ({ url, expiresAt }) =>
    `${road.url}${new URL(url).pathname}?expires=${expiresAt}`;

type Options = Omit<DirectSceneOptions, 'model'>;

const nextChat = sequence('direct');

/** An answer that halts after `three`, written by the one instance. */
export async function inMidAnswer(options: Options) {
  const { model, start, middle } = numberAnswer();
  const scene = await openDirectScene({ model, ...options });
  const { one, other } = scene.instances;
  const id = nextChat();
  start.open();
  const sender = new Traveller(one, { id });
  const sent = sender.send();
  await untilLogged(options.streams, id, 'three');
  const join = async (
    { api }: { readonly api: string } = other,
    transport: Pick<DurableTransportOptions, 'headers' | 'fetch'> = {},
  ) => {
    const traveller = new Traveller({ api }, { id, transport });
    const ended = traveller.resume();
    await until(traveller.tab, hasText('three'));
    return { tab: traveller.tab, ended };
  };
  return { scene, one, other, id, sender, sent, middle, join };
}

export const WORDS = Array.from({ length: 10 }, (_, index) => `${index} `);

/** An answer whose words come when the test says so. */
export async function inSteps(options: Options) {
  const gates = WORDS.map(gate);
  const part = (of: ModelStreamPart) => ({ type: 'part', part: of }) as const;
  const model = scriptedModel([
    part({ type: 'text-start', id: 'text' }),
    ...gates.flatMap(({ opened }, index) => [
      { type: 'wait', until: opened } as const,
      part({ type: 'text-delta', id: 'text', delta: WORDS[index] ?? '' }),
    ]),
    part({ type: 'text-end', id: 'text' }),
  ]);
  const scene = await openDirectScene({ model, ...options });
  const say = (count: number): void => {
    for (const { open } of gates.slice(0, count)) open();
  };
  return { scene, say };
}

/** The same, and who reads it on another instance. */
export async function inReadSteps(options: Options) {
  const { scene, say } = await inSteps(options);
  const { one, other } = scene.instances;
  const id = nextChat();
  say(1);
  const sent = new Traveller(one, { id }).send();
  await untilLogged(options.streams, id, '0 ');
  const transport = new DurableTransport({ api: other.api, reconnect: EAGER });
  const reader = readWords(await transport.reconnectToStream({ chatId: id }));
  /** So many words, one after the other, each once the one before was read. */
  const read = async (count: number): Promise<void> => {
    for (let words = 1; words <= count; words += 1) {
      say(words);
      await vi.waitUntil(() => reader.words.length >= words, PATIENT);
    }
  };
  return { scene, reader, read, sent };
}

/** Longer than anything takes on a machine that has much else to do. */
export const PATIENT = { timeout: 20_000 };

/** The words of an answer as they come. */
export function readWords(stream: ReadableStream<unknown> | null) {
  const words: string[] = [];
  const ended = (async () => {
    for await (const text of deltasOf(stream)) words.push(text);
    return words.join('').match(/\d+ /g);
  })();
  return { words, ended };
}
