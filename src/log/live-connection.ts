import {
  CURSOR_QUERY_PARAM,
  LIVE_QUERY_PARAM,
  OFFSET_QUERY_PARAM,
  STREAM_CURSOR_HEADER,
} from '@durable-streams/client';
import { createEventBatcher } from './event-batcher.js';
import { readBatch, type LogBatch } from './log-batch.js';
import { isTemporary, refusal } from './refusal.js';
import type { RequestScope } from './request-scope.js';
import { attemptTimeout, clockOf, type RetryPolicy } from './retry-policy.js';
import { sendRequest, type StreamRequest } from './send-request.js';
import { failedTry, type FailedTry } from './send-with-retries.js';
import { isClosed } from './stream-headers.js';
import type { StreamTarget } from './stream-target.js';
import { watchBody } from './watch-body.js';

/** Where and how a follower goes on. */
export interface LivePosition {
  readonly mode: 'sse' | 'long-poll';
  readonly offset: string;
  /** To be echoed where an answer led nowhere, so that no cache gives it again. */
  readonly cursor?: string | undefined;
}

export interface LiveOptions {
  readonly scope: RequestScope;
  readonly stallTimeoutMs: number;
  readonly retry: RetryPolicy;
}

export type LiveConnection =
  /** Ends or throws where the connection does. */
  | { readonly kind: 'sse'; readonly batches: AsyncGenerator<LogBatch, void> }
  | {
      readonly kind: 'polled';
      readonly batch: LogBatch;
      readonly cursor: string | undefined;
    }
  /** The answer is not an event stream: long-poll instead. */
  | { readonly kind: 'no-sse' }
  | FailedTry;

/** Throws a `DurableChatError` where no further try would help. */
export async function connectLive(
  target: StreamTarget,
  position: LivePosition,
  options: LiveOptions,
): Promise<LiveConnection> {
  const { scope, retry, stallTimeoutMs } = options;
  const sse = position.mode === 'sse';
  scope.limit(sse ? attemptTimeout(retry) : stallTimeoutMs);
  const response = await scope.within(
    sendRequest(target, liveRequest(position), scope.signal),
  );
  if (isTemporary(response.status)) {
    return scope.within(failedTry(response, clockOf(retry)()));
  }
  if (!response.ok) throw await scope.within(refusal(response));
  if (!sse) {
    const renewLimit = (): void => scope.limit(stallTimeoutMs);
    const watched = watchBody(response, renewLimit);
    return scope.within(polled(watched, { target, position, options }));
  }
  return isEventStream(response)
    ? { kind: 'sse', batches: eventBatches(response.body, options) }
    : { kind: 'no-sse' };
}

function liveRequest({ mode, offset, cursor }: LivePosition): StreamRequest {
  const query = { [OFFSET_QUERY_PARAM]: offset, [LIVE_QUERY_PARAM]: mode };
  if (mode === 'long-poll') {
    const echo = cursor === undefined ? {} : { [CURSOR_QUERY_PARAM]: cursor };
    return { method: 'GET', query: { ...query, ...echo } };
  }
  // A proxy that compresses an event stream tends to hold it back. (Browsers
  // do not let this header be set, and ignore it without a word.)
  const headers = {
    accept: 'text/event-stream',
    'accept-encoding': 'identity',
  };
  return { method: 'GET', query, headers };
}

interface Poll {
  readonly target: StreamTarget;
  readonly position: LivePosition;
  readonly options: LiveOptions;
}

async function polled(
  response: Response,
  { target, position, options: { scope, retry } }: Poll,
): Promise<LiveConnection> {
  const cursor = response.headers.get(STREAM_CURSOR_HEADER) ?? undefined;
  if (response.status !== 204 || !isClosed(response.headers)) {
    return { kind: 'polled', batch: await readBatch(response), cursor };
  }
  // The Node server's file store answers "closed, nothing new" also where the
  // append that closed the stream carried data. Only a plain read has it all.
  const query = { [OFFSET_QUERY_PARAM]: position.offset };
  const rest = await sendRequest(
    target,
    { method: 'GET', query },
    scope.signal,
  );
  if (isTemporary(rest.status)) return failedTry(rest, clockOf(retry)());
  return { kind: 'polled', batch: await readBatch(rest), cursor };
}

function isEventStream(
  response: Response,
): response is Response & { readonly body: ReadableStream<Uint8Array> } {
  const type = response.headers.get('content-type') ?? '';
  return response.body !== null && type.startsWith('text/event-stream');
}

async function* eventBatches(
  body: ReadableStream<Uint8Array>,
  { scope, stallTimeoutMs }: LiveOptions,
): AsyncGenerator<LogBatch, void, undefined> {
  const reader = body.getReader();
  const batcher = createEventBatcher();
  // Ends a pending read also where the body does not heed fetch's signal.
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  scope.signal.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      // Lifted while the consumer works: its own slowness is no stall.
      scope.limit(stallTimeoutMs);
      const { done, value } = await reader.read();
      scope.lift();
      if (done) return;
      yield* batcher.feed(value);
    }
  } finally {
    cancel();
  }
}
