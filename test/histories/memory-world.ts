import type { UIMessage } from 'ai';
import {
  allowAnyone,
  createDurableChat,
  type DurableChat,
} from 'ai-durable-transport/server';
import { faultyFetch } from 'ai-durable-transport/testing';
import { realSleep } from '../../src/testing/real-sleep.js';
import { answer } from './answer.js';
import { FaultFeed } from './fault-feed.js';
import { INLINE_LIMIT_BYTES, type History } from './history.js';
import type { MemoryStreams } from './memory-streams.js';
import { timersLeftAfter } from './virtual-time.js';
import { Wire } from './wire.js';
import type { World } from './world.js';

/** Longer than anything that is given up is waited for. */
const LONG_MS = 300_000;

/** An app server, the way to it, and its way to the streams server. */
interface Instance {
  readonly chat: DurableChat;
  readonly toApp: Wire;
  readonly toStreams: Wire;
}

/** A history without sockets and in virtual time: thousands a minute. */
export class MemoryWorld implements World {
  readonly api = 'http://app.test/api/chat';
  readonly mayRepeat = false;
  readonly streams: MemoryStreams;
  readonly transport: { readonly fetch: typeof fetch };
  readonly #history: History;
  readonly #instances: [Instance, Instance];
  readonly #dead: Instance[] = [];
  readonly #background: Promise<unknown>[] = [];
  readonly #faults: FaultFeed;
  #requests = 0;
  #asked = 0;

  constructor(streams: MemoryStreams, history: History) {
    this.streams = streams;
    this.#history = history;
    const { clientFaults: client, storeFaults: store } = history;
    this.#faults = new FaultFeed({ client, store });
    const toApps = faultyFetch(
      () => this.#faults.take('client'),
      (input, init) => this.#route().fetch(input, init),
    );
    this.transport = { fetch: toApps };
    this.#instances = [this.#start(), this.#start()];
  }

  get asked(): number {
    return this.#asked;
  }

  get faults(): ReadonlyMap<string, number> {
    return this.#faults.counts;
  }

  async bring(event: Parameters<World['bring']>[0]): Promise<void> {
    if (event.what === 'kill') return this.#kill(event.instance);
    if (event.what === 'break') {
      const wires = this.#instances.map(({ toApp, toStreams }) =>
        event.at === 'app' ? toApp : toStreams,
      );
      for (const wire of wires) wire.breakAll(event.how);
      return;
    }
    for (const { toStreams } of this.#instances) toStreams.down();
    await realSleep(event.ms);
    for (const { toStreams } of this.#instances) toStreams.up();
  }

  load(chatId: string): Promise<readonly UIMessage[][]> {
    return Promise.all(
      this.#instances.map(
        async ({ chat }) => (await chat.load(chatId)).messages,
      ),
    );
  }

  sleep(ms: number): Promise<void> {
    return realSleep(ms);
  }

  async calm(): Promise<void> {
    this.#faults.stop();
    for (const { toStreams } of this.#instances) toStreams.up();
  }

  async settled(): Promise<void> {
    // What is done in the background may begin more of it.
    for (const work of this.#background) await work;
  }

  async leftovers(): Promise<readonly string[]> {
    const timers = await timersLeftAfter(LONG_MS);
    const all = [...this.#instances, ...this.#dead];
    const open = (wire: 'toApp' | 'toStreams'): number =>
      all.reduce((sum, instance) => sum + instance[wire].open, 0);
    const counts = {
      timers,
      'connections to the app': open('toApp'),
      'connections to the streams server': open('toStreams'),
    };
    return Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what} left`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.streams.clear();
  }

  #route(): Wire {
    const { instances } = this.#history;
    const chosen = instances[this.#requests % instances.length] ?? 0;
    this.#requests += 1;
    return this.#instances[chosen].toApp;
  }

  /** Cut off from all the world: what it still does is as if it did nothing. */
  #kill(index: 0 | 1): void {
    const killed = this.#instances[index];
    this.#dead.push(killed);
    this.#instances[index] = this.#start();
    killed.toStreams.down();
    killed.toApp.down();
  }

  #start(): Instance {
    const { pieceBytes } = this.#history;
    const { streams } = this;
    const toStreams = new Wire((request) => streams.fetch(request), pieceBytes);
    const chat = createDurableChat({
      respond: ({ abortSignal }) => {
        this.#asked += 1;
        return answer(this.#history, abortSignal);
      },
      durability: this.#history.durability,
      authorize: allowAnyone(),
      streams: {
        url: streams.url,
        fetch: faultyFetch(() => this.#faults.take('store'), toStreams.fetch),
      },
      inlineLimitBytes: INLINE_LIMIT_BYTES,
      waitUntil: (work) => void this.#background.push(work),
      onError: () => undefined,
    });
    const toApp = new Wire(chat.handle, pieceBytes);
    return { chat, toApp, toStreams };
  }
}
