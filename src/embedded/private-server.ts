import { randomUUID } from 'node:crypto';
import { Server, type IncomingMessage, type ServerResponse } from 'node:http';
import type { DurableStreamTestServer } from '@durable-streams/server';
import { DurableChatError } from '../protocol/index.js';
import { loadServer } from './load-server.js';
import { keepHandlesOpen } from './keep-handles-open.js';

const KEY_HEADER = 'embedded-streams-key';
/** How long requests that are under way may take to end. */
const GRACE_MS = 1_000;

/** A streams server on a free port of loopback, for this process alone. */
export interface PrivateServer {
  /** `http://127.0.0.1:{port}` */
  readonly origin: string;
  /** Without these headers it answers 403. */
  readonly headers: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * The official server has no access control, and lets every web page read it
 * (`access-control-allow-origin: *`): so the port opens to who has the key, or
 * any site that the developer visits could read the chats.
 */
export async function startPrivateServer(dir: string): Promise<PrivateServer> {
  const { DurableStreamTestServer } = await loadServer();
  const server = new DurableStreamTestServer({ port: 0, dataDir: dir });
  keepHandlesOpen(server);
  const origin = await server.start();
  const http = httpServerOf(server);
  const key = randomUUID();
  guard(http, key);
  // The process may end when nothing but the server is left.
  http.unref();
  http.on('connection', (socket) => socket.unref());
  // The only client closes its connections itself, when it wants to.
  http.keepAliveTimeout = 0;
  const stop = (): Promise<void> => stopServer(server, http);
  return { origin, headers: { [KEY_HEADER]: key }, stop };
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

function guard(http: Server, key: string): void {
  const inner = http.listeners('request');
  http.removeAllListeners('request');
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers[KEY_HEADER] !== key) {
      response.writeHead(403).end();
      return;
    }
    for (const listener of inner) {
      Reflect.apply(listener, http, [request, response]);
    }
  });
}

async function stopServer(
  server: DurableStreamTestServer,
  http: Server,
): Promise<void> {
  const stopped = server.stop();
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
