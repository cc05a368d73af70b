import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to one exchange of request and answer. */
export type Cut =
  | { readonly kind: 'none' }
  /** The request never reaches the server. */
  | { readonly kind: 'request' }
  /** The server has answered; the client sees this many bytes of it, then a reset. */
  | { readonly kind: 'answer'; readonly afterBytes: number }
  /** As before, but instead of a reset nothing ever comes again. */
  | { readonly kind: 'silence'; readonly afterBytes: number };

const NONE: Cut = { kind: 'none' };

/** A TCP proxy that cuts exchanges as it is told. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #cuts: Cut[] = [];
  #exchanges = 0;
  #answerBytes = 0;

  private constructor(upstreamPort: number) {
    this.#server = createServer((client) => {
      this.#join(client, connect(upstreamPort, '127.0.0.1'));
    });
  }

  static async start(upstreamPort: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(upstreamPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** How many requests arrived here. */
  get exchanges(): number {
    return this.#exchanges;
  }

  /** How much the server has answered, cut off or not. */
  get answerBytes(): number {
    return this.#answerBytes;
  }

  /** How many connections of clients are open. */
  get clients(): number {
    return this.#sockets.size;
  }

  /** The next exchanges meet these, one each, in this order. */
  cutNext(...cuts: readonly Cut[]): void {
    this.#cuts.push(...cuts);
  }

  /** Resets every connection there is. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.cutAll();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #join(client: Socket, upstream: Socket): void {
    let cut: Cut | undefined;
    let answered = 0;
    this.#sockets.add(client);
    const end = (): void => {
      this.#sockets.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.on('close', end);
      socket.on('error', end);
    }
    client.on('data', (bytes) => {
      // Clients do not pipeline: bytes after an answer begin a new request.
      if (cut === undefined || answered > 0) {
        cut = this.#cuts.shift() ?? NONE;
        answered = 0;
        this.#exchanges += 1;
      }
      if (cut.kind === 'request') client.resetAndDestroy();
      else upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      const before = answered;
      answered += bytes.length;
      this.#answerBytes += bytes.length;
      if (cut === undefined || !('afterBytes' in cut)) {
        client.write(bytes);
        return;
      }
      const rest = Math.max(0, cut.afterBytes - before);
      if (rest > 0) client.write(bytes.subarray(0, rest));
      if (answered < cut.afterBytes || cut.kind === 'silence') return;
      // After what was written: a reset right away would overtake it.
      setImmediate(() => client.resetAndDestroy());
    });
  }
}
