import { request as ask, type Agent, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** One HTTP request over loopback. */
export interface LoopbackRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | null;
  readonly signal: AbortSignal | undefined;
}

const NULL_BODY_STATUSES = new Set([204, 205, 304]);

/**
 * What `fetch` does, on `node:http`: it takes a fraction of the CPU time, and
 * frameworks that replace the global `fetch` by a caching one leave it alone.
 */
export function loopbackFetch(
  { url, method, headers, body, signal }: LoopbackRequest,
  agent: Agent,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = ask(url, {
      agent,
      method,
      headers: Object.fromEntries(headers),
      ...(signal === undefined ? {} : { signal }),
    });
    request.on('response', (answer) => {
      const hasBody =
        method !== 'HEAD' && !NULL_BODY_STATUSES.has(answer.statusCode ?? 0);
      if (!hasBody) answer.resume();
      resolve(responseOf(answer, hasBody ? bodyOf(answer, signal) : null));
    });
    request.on('error', (error) => reject(lost('fetch failed', error, signal)));
    if (body instanceof ReadableStream) {
      // It ends the request with an error where the body has one.
      pipeline(body, request).catch(() => undefined);
    } else request.end(body ?? undefined);
  });
}

function responseOf(answer: IncomingMessage, body: BodyInit | null): Response {
  const headers = new Headers();
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = answer.rawHeaders.slice(at, at + 2);
    headers.append(name, value);
  }
  const { statusCode: status = 502, statusMessage: statusText = '' } = answer;
  return new Response(body, { status, statusText, headers });
}

function bodyOf(
  answer: IncomingMessage,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let isOver = false;
  return new ReadableStream({
    start(controller) {
      answer.on('data', (bytes: Uint8Array) => {
        if (isOver) return;
        controller.enqueue(new Uint8Array(bytes));
        if ((controller.desiredSize ?? 0) <= 0) answer.pause();
      });
      answer.on('end', () => {
        if (!isOver) controller.close();
        isOver = true;
      });
      answer.on('error', (error) => {
        isOver = true;
        controller.error(lost('terminated', error, signal));
      });
    },
    pull() {
      answer.resume();
    },
    cancel() {
      isOver = true;
      answer.destroy();
    },
  });
}

/** In the words of Node's own `fetch`. */
function lost(
  message: string,
  cause: unknown,
  signal: AbortSignal | undefined,
): unknown {
  if (signal?.aborted === true) return signal.reason;
  return new TypeError(message, { cause });
}
