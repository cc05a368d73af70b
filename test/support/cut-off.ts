import { setTimeout as sleep } from 'node:timers/promises';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { deadline } from '../../src/protocol/index.js';
import { runOf } from '../protocol/chat-records.js';
import type { ChatAppOptions } from './chat-app.js';
import type { ChatClientOptions } from './chat-client.js';
import { Traveller } from './journey.js';
import { soundRuns } from './read-log.js';
import { startInstances, type Instance } from './start-instances.js';
import { routed } from './tabs.js';

const METHODS = ['HEAD', 'GET', 'PUT', 'POST'];

/** Two instances of one app, which a test can cut off from their store. */
export interface CutOff extends AsyncDisposable {
  readonly streams: TestStreams;
  readonly one: Instance;
  readonly other: Instance;
  /** From now on the instance's requests with these methods fail. Default: all. */
  cut(instance: 'one' | 'other', methods?: readonly string[]): void;
  mend(instance: 'one' | 'other', methods?: readonly string[]): void;
  /** A page of `one`, and of `other` after `goElsewhere`. */
  page(own?: Pick<ChatClientOptions, 'init'>): Traveller;
  goElsewhere(): void;
  /** Of the runs of `chat-1`, in their order: the text, and how it ended. */
  answers(): Promise<readonly (readonly [string, string | undefined])[]>;
}

type Answering = Omit<ChatAppOptions, 'streams'>;

/** @param answering May be another for each: `onEvent`, for instance. */
export async function startCutOff(
  answering: Answering | ((index: number) => Answering),
): Promise<CutOff> {
  await using stack = new AsyncDisposableStack();
  const streams = stack.use(await startStreams());
  const cut = [new Set<string>(), new Set<string>()] as const;
  const { one, other } = stack.use(
    await startInstances((index) => ({
      ...(typeof answering === 'function' ? answering(index) : answering),
      streams: {
        url: streams.url,
        fetch: (input, init) =>
          cut[index]?.has(init?.method ?? 'GET') === true
            ? Promise.reject(new TypeError('cut'))
            : fetch(input, init),
      },
    })),
  );
  const cutOf = (instance: 'one' | 'other') => cut[instance === 'one' ? 0 : 1];
  let isElsewhere = false;
  const fetchOf = routed((url) =>
    isElsewhere ? url.replace(one.url, other.url) : url,
  );
  const owned = stack.move();
  return {
    streams,
    one,
    other,
    cut(instance, methods = METHODS) {
      for (const method of methods) cutOf(instance).add(method);
    },
    mend(instance, methods = METHODS) {
      for (const method of methods) cutOf(instance).delete(method);
    },
    page: (own = {}) =>
      new Traveller(one, { transport: { fetch: fetchOf }, ...own }),
    goElsewhere: () => void (isElsewhere = true),
    answers: () => answersIn(streams),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Of the runs of `chat-1`, in their order: the text, and how it ended. */
export async function answersIn(
  streams: Pick<TestStreams, 'url'>,
): Promise<(readonly [string, string | undefined])[]> {
  const runs = await soundRuns(streams, 'chat-1');
  return runs.map(({ text, statuses }) => [text, statuses.at(-1)] as const);
}

/** Resolves when a run that has just given its last sign of life is dead. */
export async function untilDead(leaseMs: number): Promise<void> {
  const silent = runOf('1', { at: Date.now(), leaseMs });
  await sleep(deadline(silent.value) - Date.now() + 500);
}
