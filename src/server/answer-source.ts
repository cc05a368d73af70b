import type { SourceChunk } from '../log/index.js';
import {
  createEventDecoder,
  DONE_DATA,
  DurableChatError,
  eventChunk,
  isStreamChunk,
  type RunFormat,
  type ServerSentEvent,
  type StreamChunk,
} from '../protocol/index.js';

/** What an answer is read from, whatever the app returned. */
export interface AnswerSource {
  /** Reads to the end. Called once; `onChunk` must not throw. */
  readonly drain: (onChunk: (source: SourceChunk) => void) => Promise<void>;
  /** Gives the source up. Never throws. */
  cancel(reason: unknown): void;
}

export interface ReadingOptions {
  readonly errorText: (error: unknown) => string;
  readonly format: RunFormat | undefined;
}

/**
 * Reads what `respond` returned: an AI SDK result (known by its
 * `toUIMessageStream` method, in v6 and v7), a stream of chunks, or a
 * `Response` with a UI message stream. With `format` it is a `Response` with
 * events of any protocol.
 *
 * @throws DurableChatError `internal` where it is none of these
 */
export function answerSource(
  result: unknown,
  { errorText, format }: ReadingOptions,
): AnswerSource {
  if (isResponse(result)) {
    return eventSource(
      result.body,
      format === undefined ? chunkOfEvent : keptEvent,
    );
  }
  if (format !== undefined) {
    throw new DurableChatError(
      'internal',
      'An answer of format "events" must be a Response with content-type text/event-stream.',
    );
  }
  if (result instanceof ReadableStream) return chunkSource(result);
  if (hasUIMessageStream(result)) {
    return chunkSource(result.toUIMessageStream({ onError: errorText }));
  }
  throw new DurableChatError(
    'internal',
    'respond must return a streamText or agent result, a ReadableStream of UI message chunks, or a Response with a UI message stream.',
  );
}

function chunkSource(stream: ReadableStream<unknown>): AnswerSource {
  const reader = stream.getReader();
  return {
    async drain(onChunk) {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        onChunk({ chunk: chunkOf(value), text: JSON.stringify(value) });
      }
    },
    cancel: (reason) => void reader.cancel(reason).catch(() => undefined),
  };
}

/** `read`: `undefined` where an event says that it was the last. */
function eventSource(
  body: ReadableStream<Uint8Array> | null,
  read: (event: ServerSentEvent) => SourceChunk | undefined,
): AnswerSource {
  const reader = body?.getReader();
  return {
    async drain(onChunk) {
      let isDone = reader === undefined;
      const feed = createEventDecoder((event) => {
        const chunk = read(event);
        if (chunk === undefined) isDone = true;
        else onChunk(chunk);
      });
      while (!isDone && reader !== undefined) {
        const { done, value } = await reader.read();
        if (done) return;
        feed(value);
      }
    },
    cancel: (reason) => void reader?.cancel(reason).catch(() => undefined),
  };
}

function chunkOfEvent({ data }: ServerSentEvent): SourceChunk | undefined {
  if (data === DONE_DATA) return undefined;
  return { chunk: chunkOf(JSON.parse(data)), text: data };
}

/** Its `id` is not kept: it is a cursor of the source's own, not of ours. */
function keptEvent(event: ServerSentEvent): SourceChunk {
  const chunk = eventChunk(event);
  return { chunk, text: JSON.stringify(chunk) };
}

function chunkOf(value: unknown): StreamChunk {
  if (isStreamChunk(value)) return value;
  throw new DurableChatError(
    'invalid-chunk',
    'The answer held something that is not a chunk: an object with a type.',
  );
}

export function isResponse(result: unknown): result is Response {
  return (
    typeof result === 'object' &&
    result !== null &&
    'headers' in result &&
    'status' in result &&
    'body' in result
  );
}

/** Whether a response is a stream of chunks, and not the app's own answer. */
export function isAnswer({ ok, headers }: Response): boolean {
  const type = headers.get('content-type') ?? '';
  return ok && type.startsWith('text/event-stream');
}

interface UIMessageStreamResult {
  toUIMessageStream(options: {
    onError: (error: unknown) => string;
  }): ReadableStream<unknown>;
}

function hasUIMessageStream(result: unknown): result is UIMessageStreamResult {
  return (
    typeof result === 'object' &&
    result !== null &&
    'toUIMessageStream' in result &&
    typeof result.toUIMessageStream === 'function'
  );
}
