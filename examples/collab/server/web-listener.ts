import type { IncomingMessage, RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a framework does: web requests behind Node's HTTP server. */
export function webListener(
  handle: (request: Request) => Promise<Response>,
): RequestListener {
  return (incoming, outgoing) => {
    const answer = async (): Promise<void> => {
      const gone = new AbortController();
      outgoing.once('close', () => gone.abort());
      const response = await handle(webRequest(incoming, gone.signal));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      // The first words may come much later than the headers.
      outgoing.flushHeaders();
      if (response.body === null) outgoing.end();
      // A reader that leaves cancels the body.
      else await pipeline(readable(response.body), outgoing);
    };
    answer().catch(() => outgoing.destroy());
  };
}

function readable(body: ReadableStream): Readable {
  // CAST: the same streams, which the DOM's types and Node's tell differently.
  return Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
}

function webRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(`http://localhost${url}`, {
    method,
    signal,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]),
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
  } as RequestInit); // CAST: the DOM's types know no `duplex`, which Node's need.
}
