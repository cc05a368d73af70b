import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * An HTTP server on a free port of loopback that can go down and come up again
 * on the same port, and never waits for its connections.
 */
export class LoopbackServer {
  /** TCP connections: ever opened, and open now. */
  readonly connections = { opened: 0, open: 0 };
  readonly #sockets = new Set<Socket>();
  readonly #server;
  #port = 0;

  constructor(listener: RequestListener) {
    this.#server = createServer(listener);
    this.#server.on('connection', (socket) => this.#welcome(socket));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  up(): Promise<void> {
    if (this.#server.listening) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        if (typeof address === 'object') this.#port = address?.port ?? 0;
        resolve();
      });
    });
  }

  down(): Promise<void> {
    return new Promise((resolve) => {
      // An error says no more than that it was down already.
      this.#server.close(() => resolve());
      this.resetAll();
    });
  }

  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #welcome(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    this.#sockets.add(socket);
    this.connections.opened += 1;
    this.connections.open += 1;
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.connections.open -= 1;
    });
  }
}
