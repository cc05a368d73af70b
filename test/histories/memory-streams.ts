import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { DurableStreamTestServer } from '@durable-streams/server';

/** The real streams server, asked without a socket: it has no time of its own. */
export interface MemoryStreams {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Forgets all streams. */
  clear(): void;
  stop(): Promise<void>;
}

export async function memoryStreams(): Promise<MemoryStreams> {
  const streams = new DurableStreamTestServer({ port: 0, compression: false });
  await streams.start();
  // CAST: a private field; without it the first request throws.
  const { server } = streams as unknown as { readonly server: Server };
  return {
    url: 'http://streams.test',
    fetch: async (input, init) => answer(server, new Request(input, init)),
    clear: () => streams.clear(),
    stop: () => streams.stop(),
  };
}

async function answer(server: Server, request: Request): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  const { pathname, search, host } = new URL(request.url);
  const incoming = Object.assign(Readable.from([body]), {
    method: request.method,
    url: pathname + search,
    headers: { host, ...Object.fromEntries(request.headers) },
  });
  return new Promise((resolve) => {
    server.emit('request', incoming, new Outgoing(resolve));
  });
}

const BODILESS = new Set([204, 304]);

/** As much of Node's `ServerResponse` as the streams server uses. */
class Outgoing extends EventEmitter {
  readonly #resolve: (response: Response) => void;
  readonly #headers = new Headers();
  readonly #body: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  headersSent = false;

  constructor(resolve: (response: Response) => void) {
    super();
    this.#resolve = resolve;
    this.#body = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      cancel: () => this.#close(),
    });
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  writeHead(status: number, headers: Readonly<Record<string, string>>): void {
    // Its streams were cleared under it, and it tries to say so.
    if (this.headersSent) return;
    for (const [name, value] of Object.entries(headers ?? {})) {
      this.#headers.set(name, value);
    }
    this.headersSent = true;
    const body = BODILESS.has(status) ? null : this.#body;
    this.#resolve(new Response(body, { status, headers: this.#headers }));
  }

  write(data: string | Uint8Array): void {
    this.#controller?.enqueue(Uint8Array.from(Buffer.from(data)));
  }

  end(data?: string | Uint8Array): void {
    if (data !== undefined) this.write(data);
    const controller = this.#controller;
    this.#close();
    controller?.close();
  }

  #close(): void {
    this.#controller = undefined;
    this.emit('close');
  }
}
