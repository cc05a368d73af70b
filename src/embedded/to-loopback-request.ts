import type { LoopbackRequest } from './loopback-fetch.js';

type Input = Parameters<typeof globalThis.fetch>[0];
type Init = Parameters<typeof globalThis.fetch>[1];

/** What `fetch` was called with, as one request. */
export function toLoopbackRequest(input: Input, init: Init): LoopbackRequest {
  const request = input instanceof Request ? input : undefined;
  const headers = new Headers(init?.headers ?? request?.headers);
  const method = init?.method ?? request?.method ?? 'GET';
  const body = init?.body ?? request?.body ?? null;
  return {
    url: urlOf(input),
    method: method.toUpperCase(),
    headers,
    body: plainBody(body, headers),
    signal: init?.signal ?? request?.signal,
  };
}

function urlOf(input: Input): URL {
  if (input instanceof URL) return input;
  return new URL(typeof input === 'string' ? input : input.url);
}

function plainBody(
  body: BodyInit | null,
  headers: Headers,
): LoopbackRequest['body'] {
  if (body === null || body instanceof Uint8Array) return body;
  if (body instanceof ReadableStream) return body;
  if (typeof body !== 'string') return formOf(body, headers);
  setDefaultType(headers, 'text/plain;charset=UTF-8');
  return body;
}

/** `Response` knows how forms, blobs and the like are written. */
function formOf(body: BodyInit, headers: Headers): LoopbackRequest['body'] {
  const form = new Response(body);
  setDefaultType(headers, form.headers.get('content-type'));
  return form.body;
}

function setDefaultType(headers: Headers, type: string | null): void {
  if (type !== null && !headers.has('content-type')) {
    headers.set('content-type', type);
  }
}
