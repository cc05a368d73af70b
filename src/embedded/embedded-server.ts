import { Agent } from 'node:http';
import { DurableChatError } from '../protocol/index.js';
import { claimDirectory } from './claim-directory.js';
import { loopbackFetch } from './loopback-fetch.js';
import { mendSegments } from './mend-segments.js';
import { startPrivateServer } from './private-server.js';
import { toLoopbackRequest } from './to-loopback-request.js';

const ORIGIN = 'http://embedded.localhost';

interface Running {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
  stop(): Promise<void>;
}

/** The streams of one directory, from the first request to `close`. */
export class EmbeddedServer {
  readonly url = `${ORIGIN}/streams`;
  readonly #dir: string;
  readonly #waitMs: number;
  readonly #before: Promise<void>;
  #running: Promise<Running> | undefined;
  #closed: Promise<void> | undefined;

  /** `before`: an earlier server of this directory, still being closed. */
  constructor(dir: string, waitMs: number, before: Promise<void>) {
    this.#dir = dir;
    this.#waitMs = waitMs;
    this.#before = before;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { url, ...request } = toLoopbackRequest(input, init);
    if (url.origin !== ORIGIN) {
      throw new TypeError(
        `The embedded streams are at ${this.url}; ${url.href} is elsewhere.`,
      );
    }
    request.signal?.throwIfAborted();
    const { origin, headers, agent } = await this.#start();
    request.signal?.throwIfAborted();
    for (const [name, value] of Object.entries(headers)) {
      request.headers.set(name, value);
    }
    const place = new URL(`${origin}${url.pathname}${url.search}`);
    return loopbackFetch({ ...request, url: place }, agent);
  };

  close(): Promise<void> {
    this.#closed ??= this.#stop();
    return this.#closed;
  }

  #start(): Promise<Running> {
    if (this.isClosed) return Promise.reject(closedError(this.#dir));
    this.#running ??= this.#before
      .then(() => run(this.#dir, this.#waitMs))
      .catch((error: unknown) => {
        // What stood in the way may be gone at the next request.
        this.#running = undefined;
        throw error;
      });
    return this.#running;
  }

  async #stop(): Promise<void> {
    await this.#before;
    const running = await this.#running?.catch(() => undefined);
    await running?.stop();
  }
}

async function run(dir: string, waitMs: number): Promise<Running> {
  const claim = await claimDirectory(dir, waitMs);
  try {
    await mendSegments(dir);
    const { origin, headers, stop } = await startPrivateServer(dir);
    const agent = new Agent({ keepAlive: true });
    return {
      origin,
      headers,
      agent,
      async stop() {
        await stop();
        agent.destroy();
        await claim.release();
      },
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

function closedError(dir: string): DurableChatError {
  return new DurableChatError(
    'store-unavailable',
    `The embedded streams of ${dir} were closed. ` +
      'Call embeddedStreams() again to open them anew.',
  );
}
