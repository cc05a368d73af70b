import { connect } from 'node:net';

/** What a server said to bytes that no client library would send. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  /** As it stands in the request line: nothing tidies it. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request by hand; its connection is closed after the answer. */
export async function rawRequest(
  origin: string,
  { method = 'GET', path, headers = {}, body = '' }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(origin);
  const lines = Object.entries({
    host,
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  const socket = connect(Number(port), hostname);
  // Not ended from here: a server may take that for a client that went away.
  socket.write(head + body);
  let text = '';
  for await (const data of socket.setEncoding('utf8')) {
    text += String(data);
    if (isWhole(text)) break;
  }
  return parsed(text);
}

/** A streamed answer says `connection: keep-alive`, whatever it was asked. */
function isWhole(text: string): boolean {
  return text.includes('chunked') && text.endsWith('\r\n0\r\n\r\n');
}

function parsed(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const body = text.slice(end + 4);
  const isChunked = headers.get('transfer-encoding') === 'chunked';
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: isChunked ? unchunked(body) : body,
  };
}

function unchunked(body: string): string {
  let rest = body;
  let whole = '';
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (!(size > 0)) return whole;
    // Sizes count bytes; what our server says of errors is ASCII.
    whole += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 2 + size + 2);
  }
}
