import {
  createEventDecoder,
  decodeCursor,
  DONE_DATA,
  DurableChatError,
  encodeCursor,
  errorOfResponse,
  isStreamChunk,
  RUN_ID_HEADER,
  type ServerSentEvent,
  type StreamChunk,
} from '../protocol/index.js';
import { ChunkQueue } from './chunk-queue.js';
import type { ConnectionStore } from './connection-store.js';
import { step, type FollowEvent, type FollowState } from './follow-state.js';
import type { ReconnectPolicy } from './reconnect-policy.js';
import { isAway, onWake } from './wake-signals.js';

/** Makes one request. `attempt` counts from 1; `signal` ends the connection. */
export type RequestStream = (request: {
  readonly attempt: number;
  /** Where to go on; `undefined` while nothing is known of a run. */
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}) => Promise<Response>;

export interface FollowOptions {
  readonly request: RequestStream;
  readonly policy: ReconnectPolicy;
  readonly connection: ConnectionStore;
  /** The AI SDK's signal: this reader is not wanted any more. */
  readonly signal: AbortSignal | undefined;
  readonly onEnd: () => void;
}

/**
 * One stream of chunks over as many connections as it takes. It ends only with
 * `[DONE]`, with an error that another try would not mend, or when nobody wants
 * it any more: a drop is never seen by the Chat.
 */
export class FollowedStream {
  readonly #options: FollowOptions;
  readonly #queue = new ChunkQueue(() => this.#close());
  readonly #opened =
    Promise.withResolvers<ReadableStream<StreamChunk> | null>();
  readonly #stopListening: () => void;
  #state: FollowState;
  #connection = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #hasOpened = false;
  #runId: string | undefined;
  #cursor: string | undefined;
  #isCursorPlain = false;
  /** Chunks that no cursor has confirmed yet: see `wholeFrames` on the server. */
  #unconfirmed: StreamChunk[] = [];
  #wasAborted = false;
  #lastError: unknown;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#state = { name: 'requesting', attempt: 1, since: Date.now() };
    const { signal } = options;
    const detach = (): void => this.#fail(abortError(signal?.reason));
    const stopWaking = onWake(() => this.#on({ name: 'woken' }));
    signal?.addEventListener('abort', detach, { once: true });
    this.#stopListening = () => {
      stopWaking();
      signal?.removeEventListener('abort', detach);
    };
    if (signal?.aborted === true) detach();
    else void this.#request();
  }

  /** The run that is followed, once a response has named it. */
  get runId(): string | undefined {
    return this.#runId;
  }

  /** Resolves when a connection stands; `null` where there is nothing to read. */
  opened(): Promise<ReadableStream<StreamChunk> | null> {
    return this.#opened.promise;
  }

  #on(event: FollowEvent): void {
    const before = this.#state;
    const { state, effects } = step(before, event, {
      policy: this.#options.policy,
      now: Date.now(),
      random: Math.random(),
      isAway: isAway(),
    });
    this.#state = state;
    if (before.name !== state.name) this.#report();
    for (const effect of effects) {
      switch (effect.name) {
        case 'request':
          void this.#request();
          break;
        case 'disconnect':
          this.#connection.abort();
          break;
        case 'set-timer':
          this.#setTimer(effect.ms);
          break;
        case 'give-up':
          this.#fail(unreachable(this.#lastError));
      }
    }
  }

  #report(): void {
    const { name } = this.#state;
    const { connection } = this.#options;
    if (name === 'ended') connection.report(this, 'ended');
    else if (name === 'reading') connection.report(this, 'connected');
    // The very first request is not a reconnect.
    else if (this.#attempts > 1 || name === 'waiting') {
      connection.report(this, 'reconnecting');
    }
  }

  #setTimer(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#on({ name: 'timer' }), ms);
  }

  async #request(): Promise<void> {
    const connection = new AbortController();
    this.#connection = connection;
    this.#attempts += 1;
    this.#unconfirmed = [];
    try {
      const response = await this.#options.request({
        attempt: this.#attempts,
        cursor: this.#cursor,
        signal: connection.signal,
      });
      if (connection.signal.aborted) return;
      await this.#receive(response, connection.signal);
    } catch (error) {
      if (connection.signal.aborted) return;
      if (error instanceof DurableChatError) return this.#fail(error);
      this.#lastError = error;
    }
    if (!connection.signal.aborted) this.#on({ name: 'dropped' });
  }

  async #receive(response: Response, signal: AbortSignal): Promise<void> {
    if (response.status === 204) return this.#nothingThere();
    if (!response.ok) return this.#refused(response);
    if (response.body === null) return;
    this.#runId = response.headers.get(RUN_ID_HEADER) ?? this.#runId;
    if (this.#runId !== undefined) {
      this.#cursor ??= encodeCursor({ runId: this.#runId, delivered: 0 });
    }
    this.#on({ name: 'opened' });
    this.#hasOpened = true;
    this.#opened.resolve(this.#queue.stream);
    const feed = createEventDecoder((event) => this.#onEvent(event));
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      this.#on({ name: 'heard' });
      feed(value);
    }
  }

  #onEvent({ data, id }: ServerSentEvent): void {
    if (this.#state.name !== 'reading') return;
    if (data === DONE_DATA) return this.#done();
    const chunk = parseChunk(data);
    if (chunk.type === 'abort') this.#wasAborted = true;
    else if (
      id === undefined &&
      this.#runId !== undefined &&
      chunk.type !== 'error'
    ) {
      this.#unconfirmed.push(chunk);
    } else this.#deliver(chunk, id);
  }

  #deliver(chunk: StreamChunk, id: string | undefined): void {
    for (const earlier of this.#unconfirmed) this.#queue.push(earlier);
    this.#unconfirmed = [];
    this.#queue.push(chunk);
    if (id === undefined) return;
    this.#cursor = id;
    this.#isCursorPlain = false;
  }

  #done(): void {
    for (const chunk of this.#unconfirmed) this.#queue.push(chunk);
    const error = abortError(undefined);
    this.#queue.end(this.#wasAborted ? { error } : {});
    this.#close();
  }

  #nothingThere(): void {
    if (this.#hasOpened) {
      return this.#fail(
        lost('The server has nothing of this answer any more.'),
      );
    }
    this.#opened.resolve(null);
    this.#close();
  }

  /** An HTTP error: passing ones are drops, the others end the stream. */
  async #refused(response: Response): Promise<void> {
    const error = await errorOfResponse(response);
    this.#lastError = error;
    if (isPassing(error, this.#hasOpened)) return;
    if (error.code === 'invalid-cursor' && this.#usePlainCursor()) return;
    throw error;
  }

  /** The offset in a cursor is a hint: the run and the count suffice. */
  #usePlainCursor(): boolean {
    const cursor = decodeCursor(this.#cursor ?? '');
    if (cursor === undefined || this.#isCursorPlain) return false;
    const { runId, delivered } = cursor;
    this.#cursor = encodeCursor({ runId, delivered });
    this.#isCursorPlain = true;
    return true;
  }

  #fail(error: unknown): void {
    this.#opened.promise.catch(() => undefined);
    this.#opened.reject(error);
    this.#queue.end({ error });
    this.#close();
  }

  #close(): void {
    if (this.#state.name !== 'ended') this.#on({ name: 'closed' });
    else this.#report();
    clearTimeout(this.#timer);
    this.#stopListening();
    this.#connection.abort();
    this.#options.onEnd();
  }
}

function parseChunk(data: string): StreamChunk {
  let chunk: unknown;
  try {
    chunk = JSON.parse(data);
  } catch (cause) {
    throw invalidChunk(data, cause);
  }
  if (isStreamChunk(chunk)) return chunk;
  throw invalidChunk(data, undefined);
}

function invalidChunk(data: string, cause: unknown): DurableChatError {
  return new DurableChatError(
    'invalid-chunk',
    `The stream held a frame that is not a chunk: ${data.slice(0, 100)}`,
    { cause },
  );
}

/**
 * Whether another try may mend it. Before a first response only what a proxy
 * says in the place of the server: an error of the server itself is an answer.
 */
function isPassing(error: DurableChatError, hasOpened: boolean): boolean {
  const { status = 0 } = error;
  if (status === 502 || status === 504) return true;
  if (error.code === 'rejected' && status === 503) return true;
  return hasOpened && (status >= 500 || [408, 425, 429].includes(status));
}

/** Not a `TypeError`: Chat must not take it for a disconnect. */
function unreachable(cause: unknown): DurableChatError {
  return new DurableChatError(
    'unreachable',
    'The connection was lost and could not be taken up again. The answer may go on at the server: reload, or resume later.',
    { cause },
  );
}

function lost(message: string): DurableChatError {
  return new DurableChatError('log-lost', message);
}

/** Chat takes an `AbortError` for a stop: `ready`, `isAbort`, nothing is sent. */
function abortError(reason: unknown): unknown {
  const isAbort = reason instanceof Error && reason.name === 'AbortError';
  return isAbort
    ? reason
    : new DOMException('The answer was stopped or detached.', 'AbortError');
}
