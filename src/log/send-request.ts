import type { HeadersSource, StreamTarget } from './stream-target.js';

export interface StreamRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
}

/** One request, once: the target's headers are asked for, ours come on top. */
export async function sendRequest(
  target: StreamTarget,
  request: StreamRequest,
  signal: AbortSignal,
): Promise<Response> {
  // Taken off the target, for a browser's fetch does not bear another `this`.
  const { fetch = globalThis.fetch } = target;
  const headers = await headersOf(target.headers);
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    headers.set(name, value);
  }
  const { method, body } = request;
  return fetch(urlOf(target.url, request.query), {
    method,
    headers,
    signal,
    ...(body !== undefined && { body }),
  });
}

async function headersOf(source: HeadersSource | undefined): Promise<Headers> {
  return new Headers(typeof source === 'function' ? await source() : source);
}

/** By hand, for a URL may be relative in a browser. */
function urlOf(url: string, query: StreamRequest['query']): string {
  if (query === undefined) return url;
  const separator = url.includes('?') ? '&' : '?';
  return `${url}${separator}${new URLSearchParams(query).toString()}`;
}

/**
 * Reads what is left of a response, so that its socket can be used again:
 * cancelling it would close the socket.
 */
export async function drain(response: Response): Promise<void> {
  if (response.body === null || response.bodyUsed) return;
  // The answer stands in status and headers; a cut body takes nothing away.
  await response.arrayBuffer().catch(() => undefined);
}
