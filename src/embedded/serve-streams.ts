import { resolve } from 'node:path';
import { DurableChatError } from '../protocol/index.js';
import { claimDirectory, type DirectoryClaim } from './claim-directory.js';
import { isLoopback, requestGuard } from './guard-request.js';
import { mendSegments } from './mend-segments.js';
import { startOfficialServer } from './official-server.js';
import { StreamRegistry } from './stream-registry.js';

export interface ServeStreamsOptions {
  /**
   * Where the chats are kept, absolute or from the working directory; created
   * where it does not exist. On a local disk, and for one process at a time.
   */
  readonly dir: string;
  /** Default 4437; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`. Any other than loopback needs a `token`. */
  readonly host?: string | undefined;
  /** What clients have to send, as `Authorization: Bearer {token}`. */
  readonly token?: string | undefined;
  /** How long to wait for another process that holds `dir`. Default 3,000 ms. */
  readonly waitMs?: number | undefined;
}

/** A streams server that other processes reach. */
export interface StreamsServer {
  /** For `streams: { url }` of `createDurableChat`. */
  readonly url: string;
  /**
   * Stops the server and gives the directory back. Requests under way have a
   * second to end.
   */
  close(): Promise<void>;
}

/**
 * A streams server in this process for others: its chats are in files, and
 * every instance of an app on this machine may use it by its URL. Needs Node
 * and the package `@durable-streams/server`. For one machine: where several
 * are to share chats, run a streams server made for that.
 *
 * Web pages are refused, whatever they send. Without a `token` every program
 * that reaches the port may read and write.
 *
 * @throws DurableChatError `store-unavailable`: the directory or the port is
 * taken, or `@durable-streams/server` is not installed; `invalid-request`: a
 * host other than loopback without a token
 */
export async function serveStreams({
  dir,
  port = 4437,
  host = '127.0.0.1',
  token,
  waitMs = 3_000,
}: ServeStreamsOptions): Promise<StreamsServer> {
  if (!isLoopback(host) && !token) {
    throw new DurableChatError(
      'invalid-request',
      `Streams on ${host} could be read and written by whoever reaches this machine. Give a token, or listen on 127.0.0.1.`,
    );
  }
  const place = resolve(dir);
  const claim = await claimDirectory(place, waitMs);
  try {
    return await serve(claim, { dir: place, port, host, token });
  } catch (error) {
    await claim.release();
    throw portError(error, host, port);
  }
}

interface Place {
  readonly dir: string;
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
}

async function serve(
  claim: DirectoryClaim,
  { dir, port, host, token }: Place,
): Promise<StreamsServer> {
  await mendSegments(dir);
  const registry = new StreamRegistry(token === undefined ? {} : bearer(token));
  const server = await startOfficialServer({
    dir,
    port,
    host,
    lets: requestGuard({ host, token }),
    onChange: registry.note,
  });
  try {
    await registry.open(server.origin, server.list);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: server.origin,
    async close() {
      await registry.settled();
      await server.stop();
      await claim.release();
    },
  };
}

const bearer = (token: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${token}`,
});

function portError(error: unknown, host: string, port: number): unknown {
  const code =
    error instanceof Error && 'code' in error ? error.code : undefined;
  const why = {
    EADDRINUSE:
      'another program listens there. Stop that, or take another port',
    EACCES: 'this user may not listen there. Take a port above 1023',
    EADDRNOTAVAIL: 'this machine has no such address',
  }[String(code)];
  if (why === undefined) return error;
  return new DurableChatError(
    'store-unavailable',
    `Port ${port} of ${host} cannot be used: ${why}.`,
    { cause: error },
  );
}
