import {
  request as askServer,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';

/** Headers that are about one connection, not about the message. */
const HOP_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/**
 * Sends a request on to the server behind, body and all, on a connection of its
 * own that lives no longer than the caller's interest.
 */
export function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
): ClientRequest {
  const upstream = askServer({
    host: target.hostname,
    port: target.port,
    path: `${target.pathname.replace(/\/$/, '')}${request.url ?? '/'}`,
    method: request.method,
    headers: requestHeaders(request, target.host),
    agent: false,
  });
  upstream.setNoDelay(true);
  response.on('close', () => upstream.destroy());
  return request.pipe(upstream);
}

function requestHeaders(
  request: IncomingMessage,
  host: string,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !HOP_HEADERS.has(name)) headers[name] = value;
  }
  return { ...headers, host };
}

/** The headers of an answer as they go back, in their order and repetition. */
export function responseHeaders(
  answer: IncomingMessage,
  isUnmeasured: boolean,
): string[] {
  const headers: string[] = [];
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = answer.rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (HOP_HEADERS.has(lower)) continue;
    if (isUnmeasured && lower === 'content-length') continue;
    headers.push(name, value);
  }
  return headers;
}
