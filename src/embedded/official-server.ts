import { Server, type IncomingMessage, type ServerResponse } from 'node:http';
import type {
  DurableStreamTestServer,
  StreamLifecycleEvent,
} from '@durable-streams/server';
import { stopServer } from '../log/index.js';
import { DurableChatError } from '../protocol/index.js';
import { hushServer } from './hush-server.js';
import { keepHandlesOpen } from './keep-handles-open.js';
import { loadServer } from './load-server.js';

/** How long requests that are under way may take to end. */
const GRACE_MS = 1_000;

export interface OfficialServerOptions {
  /** Held by this process: see `claimDirectory`. */
  readonly dir: string;
  /** 0: a free one. */
  readonly port: number;
  readonly host: string;
  /** Who it lets in. Everybody else is answered 403, without a word. */
  readonly lets: (request: IncomingMessage) => boolean;
  /** Told of each stream that is created or deleted. Must not throw. */
  readonly onChange?: ((event: StreamLifecycleEvent) => void) | undefined;
}

/** The official streams server, guarded. */
export interface OfficialServer {
  /** `http://{host}:{port}` */
  readonly origin: string;
  readonly http: Server;
  /** The paths of all its streams. */
  readonly list: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/**
 * The official server has no access control, and lets every web page read it
 * (`access-control-allow-origin: *`): so there is a guard before it, or any
 * site that the developer visits could read the chats.
 *
 * @throws what `listen` of Node's server does, such as `EADDRINUSE`
 */
export async function startOfficialServer(
  options: OfficialServerOptions,
): Promise<OfficialServer> {
  const unhush = hushServer();
  try {
    const { stop, ...server } = await start(options);
    return { ...server, stop: () => stop().finally(unhush) };
  } catch (error) {
    unhush();
    throw error;
  }
}

async function start({
  dir,
  port,
  host,
  lets,
  onChange,
}: OfficialServerOptions): Promise<OfficialServer> {
  const { DurableStreamTestServer } = await loadServer();
  const hooks = onChange && {
    onStreamCreated: onChange,
    onStreamDeleted: onChange,
  };
  const server = new DurableStreamTestServer({
    port,
    host,
    dataDir: dir,
    ...hooks,
  });
  keepHandlesOpen(server);
  const told = await server.start();
  const http = httpServerOf(server);
  guard(http, lets);
  return {
    // As IPv6 addresses stand in a URL.
    origin: host.includes(':') ? told.replace(host, `[${host}]`) : told,
    http,
    list: () => server.store.list(),
    stop: () => stopGracefully(server, http),
  };
}

function httpServerOf(server: DurableStreamTestServer): Server {
  // By name, for the class keeps it private.
  const http: unknown = server['server'];
  if (isServer(http)) return http;
  throw new DurableChatError(
    'store-unavailable',
    'embeddedStreams() does not know this version of @durable-streams/server. ' +
      'Install the one that it was made for: npm install @durable-streams/server@0.3.7',
  );
}

const isServer = (value: unknown): value is Server => value instanceof Server;

function guard(http: Server, lets: OfficialServerOptions['lets']): void {
  const inner = http.listeners('request');
  http.removeAllListeners('request');
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!lets(request)) {
      response.writeHead(403).end();
      return;
    }
    for (const listener of inner) {
      Reflect.apply(listener, http, [request, response]);
    }
  });
}

async function stopGracefully(
  server: DurableStreamTestServer,
  http: Server,
): Promise<void> {
  const stopped = stopServer(server);
  // Node closes only those connections that are idle when it is told to.
  const sweep = setInterval(() => http.closeIdleConnections(), 10);
  const force = setTimeout(() => http.closeAllConnections(), GRACE_MS);
  try {
    await stopped;
  } finally {
    clearInterval(sweep);
    clearTimeout(force);
  }
}
