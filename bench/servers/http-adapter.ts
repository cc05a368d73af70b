import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

export type Handler = (request: Request) => Promise<Response>;

/** Puts a handler of web requests behind Node's HTTP server; its origin. */
export async function listen(handler: Handler): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    void answer(handler, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // CAST: a server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function answer(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await handler(webRequest(incoming));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  const reader = response.body?.getReader();
  if (reader === undefined) return void outgoing.end();
  outgoing.on('close', () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return void outgoing.end();
    if (!outgoing.write(value)) await drained(outgoing);
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      outgoing.off('drain', go).off('close', go);
      resolve();
    };
    outgoing.on('drain', go).on('close', go);
  });
}

function webRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  const entries = Object.entries(headers).map<[string, string]>(
    ([name, value]) => [name, String(value)],
  );
  // CAST: the DOM's types know no `duplex`; a streamed body needs it.
  return new Request(`http://${headers.host ?? 'localhost'}${url}`, {
    method,
    headers: entries,
    ...(method === 'POST' && {
      body: Readable.toWeb(incoming),
      duplex: 'half',
    }),
  } as RequestInit);
}
