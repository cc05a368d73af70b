import { cuttingProxy, type CuttingProxy } from './cutting-proxy.js';
import {
  faultPlayer,
  matchesFilter,
  type FaultPlayer,
} from './fault-player.js';
import type {
  Fault,
  FaultScript,
  FaultStep,
  RequestFilter,
  SeenRequest,
} from './fault.js';
import { openStore, type Store } from './streams-store.js';

export interface StartStreamsOptions {
  /** Keep the streams in files here, so that they survive `restart()`. */
  readonly dir?: string;
  /**
   * `true` without `dir`: files in a temporary directory that `stop()`
   * removes. Default: in memory.
   */
  readonly fileBacked?: boolean;
}

/** A streams server for tests, on a free port of loopback. */
export interface TestStreams extends AsyncDisposable {
  /** `http://127.0.0.1:{port}`; stays the same for its whole life. */
  readonly url: string;
  /** Where the files are; `undefined` in memory. */
  readonly dir: string | undefined;
  /** Faults for the requests to come; see also {@link injectFault}. */
  script: FaultScript;
  /** Every request so far, in order. */
  readonly requests: readonly SeenRequest[];
  /** How many requests matched, e.g. `count({ method: 'POST' })`. */
  count(filter?: RequestFilter): number;
  /**
   * Adds a fault in front of the script, for the requests whose path ends with
   * `path`: `injectFault('/chat-1/log', { kind: 'status', status: 503 })`.
   */
  injectFault(path: string, fault: FaultStep): void;
  /** Breaks every response that is under way (readers first of all). */
  breakAll(how?: 'cut' | 'end' | 'stall'): number;
  /** Unreachable until {@link up}: connections are reset, then refused. */
  down(): Promise<void>;
  /** Reachable again, with all of its data. */
  up(): Promise<void>;
  /**
   * Ends the server and starts a new one on the same port and files. Only for
   * file-backed streams: rejects where they are in memory.
   */
  restart(): Promise<void>;
  /** Resets all connections and gives the port back. Never hangs. */
  stop(): Promise<void>;
}

/**
 * Starts a streams server: the official one (`@durable-streams/server`, which
 * must be installed), behind a proxy that can break its answers.
 *
 * @example
 * await using streams = await startStreams()
 * const chat = createDurableChat({ streams: { url: streams.url }, … })
 * streams.injectFault('/chat-1/log', { kind: 'lose-response' })
 */
export async function startStreams(
  options: StartStreamsOptions = {},
): Promise<TestStreams> {
  const store = await openStore(options);
  const proxy = await cuttingProxy({ target: await store.start() });
  return new ProxiedStreams(store, proxy);
}

class ProxiedStreams implements TestStreams {
  readonly dir: string | undefined;
  readonly #store: Store;
  readonly #proxy: CuttingProxy;
  readonly #injected: FaultPlayer[] = [];
  #script: FaultScript = [];
  #play = faultPlayer([]);

  constructor(store: Store, proxy: CuttingProxy) {
    this.dir = store.dir;
    this.#store = store;
    this.#proxy = proxy;
    proxy.script = (request) => this.#faultFor(request);
  }

  get url(): string {
    return this.#proxy.url;
  }

  get requests(): readonly SeenRequest[] {
    return this.#proxy.requests;
  }

  get script(): FaultScript {
    return this.#script;
  }

  set script(script: FaultScript) {
    this.#script = script;
    this.#play = faultPlayer(script);
  }

  count(filter: RequestFilter = {}): number {
    return this.requests.filter((one) => matchesFilter(one, filter)).length;
  }

  injectFault(path: string, fault: FaultStep): void {
    const play = faultPlayer([fault]);
    this.#injected.push((request) =>
      new URL(request.url).pathname.endsWith(path) ? play(request) : undefined,
    );
  }

  breakAll(how: 'cut' | 'end' | 'stall' = 'cut'): number {
    return this.#proxy.breakAll(how);
  }

  down(): Promise<void> {
    return this.#proxy.down();
  }

  up(): Promise<void> {
    return this.#proxy.up();
  }

  async restart(): Promise<void> {
    if (this.dir === undefined) {
      throw new Error(
        'Streams in memory do not survive a restart. ' +
          'Start them with `startStreams({ fileBacked: true })`.',
      );
    }
    await this.down();
    await this.#store.stop();
    this.#proxy.target = await this.#store.start();
    await this.up();
  }

  async stop(): Promise<void> {
    await this.#proxy.close();
    await this.#store.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #faultFor(request: Omit<SeenRequest, 'fault'>): Fault {
    for (const play of this.#injected) {
      const fault = play(request);
      if (fault !== undefined) return fault;
    }
    return this.#play(request) ?? { kind: 'pass' };
  }
}
