import { setTimeout as sleep } from 'node:timers/promises';
import type { UIMessage } from 'ai';
import type { DurableTransportOptions } from 'ai-durable-transport';
import { allowAnyone } from 'ai-durable-transport/server';
import {
  cuttingProxy,
  startStreams,
  type CuttingProxy,
  type Fault,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { startChatApp, type ChatApp } from '../support/chat-app.js';
import { EAGER } from '../support/journey.js';
import { routed } from '../support/tabs.js';
import { answer } from './answer.js';
import { FaultFeed } from './fault-feed.js';
import { INLINE_LIMIT_BYTES, type History } from './history.js';
import type { World } from './world.js';

/** Time is real here: nothing happens later than this. */
const LATEST_MS = 3_000;

/** Long enough for a busy machine, and short enough to be waited for. */
const LEASE_MS = 10_000;
const HEARTBEAT_MS = 300;
const STALL_MS = 2_000;
/** So long an operating system keeps a connection that leads nowhere. */
const HALF_OPEN_MS = 5_000;

/** An app server, the way to it, and its way to the streams server. */
interface Instance extends AsyncDisposable {
  readonly app: ChatApp;
  readonly toApp: CuttingProxy;
  readonly toStreams: CuttingProxy;
  readonly background: Promise<unknown>[];
}

/** A history on real sockets, its streams in files, in real time. */
export class HttpWorld implements World {
  readonly api = 'http://any-instance/api/chat';
  readonly mayRepeat = true;
  readonly streams: TestStreams;
  readonly transport: DurableTransportOptions;
  readonly #history: History;
  readonly #faults: FaultFeed;
  readonly #instances: Instance[] = [];
  readonly #dead: Instance[] = [];
  #restarted: Promise<void> = Promise.resolve();
  #requests = 0;
  #asked = 0;

  private constructor(streams: TestStreams, history: History) {
    this.streams = streams;
    this.#history = history;
    this.#faults = new FaultFeed({
      client: history.clientFaults,
      // The app waits 15 to 45 s for a half-open socket of a streams server.
      store: history.storeFaults.map(withoutStall),
    });
    this.transport = {
      reconnect: { ...EAGER, stallTimeoutMs: STALL_MS },
      fetch: routed((url) => this.#route(url)),
    };
  }

  static async open(history: History): Promise<HttpWorld> {
    const streams = await startStreams({ fileBacked: true });
    const world = new HttpWorld(streams, history);
    world.#instances.push(await world.#start(), await world.#start());
    return world;
  }

  get asked(): number {
    return this.#asked;
  }

  get faults(): ReadonlyMap<string, number> {
    return this.#faults.counts;
  }

  async bring(event: Parameters<World['bring']>[0]): Promise<void> {
    if (event.what === 'kill') return this.#kill(event.instance);
    if (event.what === 'streams-restart') {
      this.#restarted = this.#restarted.then(() => this.streams.restart());
      return this.#restarted;
    }
    if (event.at === 'streams') {
      this.streams.breakAll(event.how === 'stall' ? 'cut' : event.how);
      return;
    }
    const ways = this.#instances.map(({ toApp }) => toApp);
    for (const toApp of ways) toApp.breakAll(event.how);
    if (event.how !== 'stall') return;
    // A POST waits for that, however long its answer takes.
    void sleep(HALF_OPEN_MS, undefined, { ref: false }).then(() => {
      for (const toApp of ways) toApp.breakAll('cut');
    });
  }

  load(chatId: string): Promise<readonly UIMessage[][]> {
    return Promise.all(
      this.#instances.map(
        async ({ app }) => (await app.chat.load(chatId)).messages,
      ),
    );
  }

  async sleep(ms: number): Promise<void> {
    await sleep(Math.min(ms, LATEST_MS));
  }

  async calm(): Promise<void> {
    await this.#restarted;
    this.#faults.stop();
  }

  async settled(): Promise<void> {
    for (const { background } of this.#instances) {
      // What is done in the background may begin more of it.
      for (const work of background) await work;
    }
  }

  /** Sockets are kept alive here, and what is dead has timers of its own. */
  async leftovers(): Promise<readonly string[]> {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const instance of [...this.#instances, ...this.#dead]) {
      await instance[Symbol.asyncDispose]();
    }
    await this.streams.stop();
  }

  #route(url: string): string {
    const { instances } = this.#history;
    const chosen = instances[this.#requests % instances.length] ?? 0;
    this.#requests += 1;
    const base = this.#instances[chosen]?.toApp.url ?? '';
    return url.replace('http://any-instance', base);
  }

  /** Cut off from all the world: what it still does is as if it did nothing. */
  async #kill(index: 0 | 1): Promise<void> {
    const killed = this.#instances[index];
    const next = await this.#start();
    if (killed === undefined) return;
    this.#dead.push(killed);
    this.#instances[index] = next;
    await killed.toStreams.down();
    await killed.toApp.down();
  }

  async #start(): Promise<Instance> {
    const background: Promise<unknown>[] = [];
    const toStreams = await cuttingProxy({
      target: this.streams.url,
      script: () => this.#faults.take('store'),
    });
    const app = await startChatApp({
      streams: { url: toStreams.url },
      authorize: allowAnyone(),
      respond: ({ abortSignal }) => {
        this.#asked += 1;
        return answer(this.#history, abortSignal);
      },
      durability: this.#history.durability,
      inlineLimitBytes: INLINE_LIMIT_BYTES,
      leaseMs: LEASE_MS,
      heartbeatMs: HEARTBEAT_MS,
      waitUntil: (work) => void background.push(work),
      onError: () => undefined,
    });
    const toApp = await cuttingProxy({
      target: app.url,
      script: () => this.#faults.take('client'),
    });
    return {
      app,
      toApp,
      toStreams,
      background,
      async [Symbol.asyncDispose]() {
        await toApp.close();
        await app.close();
        await toStreams.close();
      },
    };
  }
}

const withoutStall = (fault: Fault): Fault =>
  fault.kind === 'stall' ? { ...fault, kind: 'cut' } : fault;
