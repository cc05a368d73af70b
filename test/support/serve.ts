import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

export type Handler = (request: Request) => Response | Promise<Response>;

/** A handler of web requests behind a real HTTP server on loopback. */
export interface Served {
  readonly url: string;
  readonly server: Server;
  /** Cuts every open connection, as a crash or a proxy would. */
  cutAll(): void;
  close(): Promise<void>;
}

export async function serve(handler: Handler, port = 0): Promise<Served> {
  const server = createServer((incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    void (async () => {
      const response = await handler(webRequest(incoming, gone.signal));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.flushHeaders();
      if (response.body === null) return void outgoing.end();
      const reader = response.body.getReader();
      outgoing.on('close', () => void reader.cancel().catch(() => undefined));
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return void outgoing.end();
        const hasRoom = outgoing.write(value);
        if (!hasRoom) await drained(outgoing);
      }
    })().catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  // CAST: a server that listens on TCP has an address of this kind.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    server,
    cutAll: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function drained(outgoing: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      outgoing.off('drain', go).off('close', go);
      resolve();
    };
    outgoing.on('drain', go).on('close', go);
  });
}

function webRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] satisfies [string, string]] : [],
  );
  // The path as it was sent: `new URL` would tidy tricks away.
  return new Request(`http://${headers.host ?? 'localhost'}${url}`, {
    method,
    headers: entries,
    signal,
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
    // CAST: lib.dom does not know `duplex`, which Node's fetch wants.
  } as RequestInit);
}
