import { resolve } from 'node:path';
import { EmbeddedServer } from './embedded-server.js';

export interface EmbeddedStreamsOptions {
  /**
   * Where the chats are kept, absolute or from the working directory; created
   * where it does not exist. On a local disk, and for one process at a time.
   */
  readonly dir: string;
  /**
   * How long to wait for another process that holds the directory, as when the
   * one before is about to exit. Milliseconds; default 3,000.
   */
  readonly waitMs?: number;
}

/** Fits the option `streams` of `createDurableChat`. */
export interface EmbeddedStreams {
  /** A made-up address which only `fetch` understands. */
  readonly url: string;
  /**
   * Starts the server where it does not run yet, and asks it. Rejects with a
   * `DurableChatError` (`store-unavailable`) where that is not possible: another
   * process holds the directory, or `@durable-streams/server` is not installed.
   * The next call tries again.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Stops the server and gives the directory back. Requests under way have a
   * second to end. Not needed before the process ends.
   */
  close(): Promise<void>;
}

/**
 * A streams server inside this process, with its chats in files: for
 * development, and for production on one machine. Needs Node and the package
 * `@durable-streams/server`.
 *
 * Returns at once; the server starts with the first request. It listens on
 * loopback, for this process alone, and does not keep the process alive. What
 * is stored survives restarts and crashes. Called again for the same directory
 * (as by a hot reload), it returns the same server.
 *
 * @example
 * export const { GET, POST, DELETE } = createDurableChat({
 *   streams: embeddedStreams({ dir: '.data/chats' }),
 *   …
 * })
 */
export function embeddedStreams({
  dir,
  waitMs = 3_000,
}: EmbeddedStreamsOptions): EmbeddedStreams {
  const place = resolve(dir);
  const servers = registry();
  const known = servers.get(place);
  if (known !== undefined && !known.isClosed) return known;
  const before = known?.close().catch(() => undefined) ?? Promise.resolve();
  const server = new EmbeddedServer(place, waitMs, before);
  servers.set(place, server);
  return server;
}

const KEY = Symbol.for('ai-durable-transport/embedded');

/** Global, since hot reload and bundlers load this module more than once. */
function registry(): Map<string, EmbeddedServer> {
  // CAST: nobody else has this symbol; it holds what is put there below.
  const scope = globalThis as { [KEY]?: Map<string, EmbeddedServer> };
  scope[KEY] ??= new Map();
  return scope[KEY];
}
