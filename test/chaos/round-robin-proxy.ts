import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import {
  IDEMPOTENCY_KEY_HEADER,
  MESSAGE_ID_HEADER,
} from '../../src/protocol/index.js';
import { forwardRequest } from '../../src/testing/forward-request.js';
import { LoopbackServer } from '../../src/testing/loopback-server.js';
import { Passage } from '../../src/testing/passage.js';

/**
 * As `proxy_read_timeout`, before the first byte of an answer. A load waits 3 s
 * for a writer that may come back.
 */
const HEADERS_TIMEOUT_MS = 5_000;
/** As `fail_timeout`: one that has failed is left alone for so long. */
const LEAVE_ALONE_MS = 1_000;

/** What balances the load in front of several servers, as nginx would. */
export interface RoundRobinProxy extends AsyncDisposable {
  readonly url: string;
  readonly requests: number;
  /** The servers that were asked to write into a message. */
  writersOf(messageId: string): ReadonlySet<string>;
}

/** `targets` is asked for each request: a server may come back elsewhere. */
export async function roundRobinProxy(
  targets: () => readonly string[],
): Promise<RoundRobinProxy> {
  const failedAt = new Map<string, number>();
  let requests = 0;
  // By the POST's key: one that is asked again may have begun the first time.
  const asked = new Map<string, Set<string>>();
  const keys = new Map<string, Set<string>>();
  const next = (): string => {
    const all = targets();
    const now = performance.now();
    const able = all.filter(
      (url) => now - (failedAt.get(url) ?? -Infinity) > LEAVE_ALONE_MS,
    );
    const chosen = able.length > 0 ? able : all;
    requests += 1;
    return chosen[requests % chosen.length] ?? '';
  };
  const server = new LoopbackServer((request, response) => {
    const target = next();
    const key = request.headers[IDEMPOTENCY_KEY_HEADER];
    if (typeof key === 'string') addTo(asked, key, target);
    const upstream = pass({ request, response, target }, () =>
      failedAt.set(target, performance.now()),
    );
    upstream.once('response', ({ headers }) => {
      const messageId = headers[MESSAGE_ID_HEADER];
      if (typeof key !== 'string' || typeof messageId !== 'string') return;
      addTo(keys, messageId, key);
    });
  });
  await server.up();
  return {
    url: server.url,
    get requests() {
      return requests;
    },
    writersOf(messageId) {
      const own = [...(keys.get(messageId) ?? [])];
      return new Set(own.flatMap((key) => [...(asked.get(key) ?? [])]));
    },
    [Symbol.asyncDispose]: () => server.down(),
  };
}

function addTo<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: string;
}

function pass(
  { request, response, target }: Exchange,
  onFailure: () => void,
): ClientRequest {
  const upstream = forwardRequest(request, response, new URL(target));
  new Passage(upstream, response);
  upstream.on('error', onFailure);
  const timer = setTimeout(() => {
    onFailure();
    response.writeHead(504).end();
    upstream.destroy();
  }, HEADERS_TIMEOUT_MS);
  const settle = (): void => clearTimeout(timer);
  upstream.once('response', settle).once('error', settle);
  response.once('close', settle);
  return upstream;
}
