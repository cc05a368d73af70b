import { randomUUID } from 'node:crypto';
import { startOfficialServer } from './official-server.js';

const KEY_HEADER = 'embedded-streams-key';

/** A streams server on a free port of loopback, for this process alone. */
export interface PrivateServer {
  /** `http://127.0.0.1:{port}` */
  readonly origin: string;
  /** Without these headers it answers 403. */
  readonly headers: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** The port opens to who has the key. */
export async function startPrivateServer(dir: string): Promise<PrivateServer> {
  const key = randomUUID();
  const { origin, http, stop } = await startOfficialServer({
    dir,
    port: 0,
    host: '127.0.0.1',
    lets: ({ headers }) => headers[KEY_HEADER] === key,
  });
  // The process may end when nothing but the server is left.
  http.unref();
  http.on('connection', (socket) => socket.unref());
  // The only client closes its connections itself, when it wants to.
  http.keepAliveTimeout = 0;
  return { origin, headers: { [KEY_HEADER]: key }, stop };
}
