import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port that a server can come back to: out of the range from which the system
 * takes ports for outgoing connections, it stays free while the server is away.
 */
export async function fixedPort(): Promise<string> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!(await isFree)) continue;
    server.close();
    await once(server, 'close');
    return String(port);
  }
}
