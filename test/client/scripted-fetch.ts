import {
  DONE_DATA,
  encodeFrame,
  HEARTBEAT_FRAME,
  RUN_ID_HEADER,
  type StreamChunk,
} from '../../src/protocol/index.js';

/** One request, and the test in the place of the server. */
export interface Exchange {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** The posted JSON. */
  readonly body: unknown;
  /** Whether the client has hung up. */
  readonly isOver: boolean;
  answer(response: Response): void;
  /** Answers with an event stream; of a run, if it is of one. */
  open(runId?: string): void;
  /** Raw text of the body. */
  write(text: string): void;
  chunk(chunk: StreamChunk, id?: string): void;
  heartbeat(): void;
  done(): void;
  /** The body ends, as if it were complete. */
  end(): void;
  /** The request, or the body once there is one, breaks off. */
  cut(error?: Error): void;
}

export interface ScriptedFetch {
  readonly fetch: typeof globalThis.fetch;
  readonly exchanges: readonly Exchange[];
  /** The next request that nobody has taken yet. */
  readonly next: () => Promise<Exchange>;
}

/** A `fetch` whose every answer is the test's own, moment by moment. */
export function scriptedFetch(): ScriptedFetch {
  const exchanges: Exchange[] = [];
  const waiting: (() => void)[] = [];
  let taken = 0;
  const fetch: typeof globalThis.fetch = (input, init = {}) => {
    const { exchange, response } = newExchange(urlOf(input), init);
    exchanges.push(exchange);
    for (const wake of waiting.splice(0)) wake();
    return response;
  };
  const next = async (): Promise<Exchange> => {
    for (;;) {
      const exchange = exchanges[taken];
      if (exchange !== undefined) {
        taken += 1;
        return exchange;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { fetch, exchanges, next };
}

const urlOf = (input: RequestInfo | URL): string =>
  input instanceof Request ? input.url : input.toString();

function newExchange(
  url: string,
  { method = 'GET', headers, body, signal }: RequestInit,
): { exchange: Exchange; response: Promise<Response> } {
  const response = Promise.withResolvers<Response>();
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isOver = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (own) => void (controller = own),
    cancel: () => void (isOver = true),
  });
  const cut = (error: unknown): void => {
    response.reject(error);
    controller?.error(error);
  };
  signal?.addEventListener('abort', () => {
    isOver = true;
    cut(signal.reason);
  });
  const write = (text: string): void => {
    controller?.enqueue(encoder.encode(text));
  };
  const exchange: Exchange = {
    url,
    method,
    headers: new Headers(headers),
    body: typeof body === 'string' ? JSON.parse(body) : undefined,
    get isOver() {
      return isOver;
    },
    answer: response.resolve,
    open(runId) {
      const own = runId === undefined ? {} : { [RUN_ID_HEADER]: runId };
      const type = { 'content-type': 'text/event-stream' };
      response.resolve(new Response(stream, { headers: { ...type, ...own } }));
    },
    write,
    chunk: (chunk, id) => write(encodeFrame(JSON.stringify(chunk), id)),
    heartbeat: () => write(HEARTBEAT_FRAME),
    done: () => write(encodeFrame(DONE_DATA)),
    end: () => controller?.close(),
    cut: (error = new TypeError('network error')) => cut(error),
  };
  return { exchange, response: response.promise };
}
