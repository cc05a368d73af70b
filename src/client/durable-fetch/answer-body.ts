import {
  DONE_DATA,
  DurableChatError,
  encodeEvent,
  encodeFrame,
  eventOf,
  type StreamChunk,
} from '../../protocol/index.js';
import { isAbortError } from '../follow-errors.js';

/** What a run's chunks are as text, and how its end is told. */
interface Encoding {
  /** Empty where there is nothing to tell of. */
  readonly chunk: (chunk: StreamChunk) => string;
  readonly done: string;
  readonly stopped: string;
}

const frame = (chunk: StreamChunk): string =>
  encodeFrame(JSON.stringify(chunk));

const done = encodeFrame(DONE_DATA);

const uiMessage: Encoding = {
  chunk: frame,
  done,
  stopped: frame({ type: 'abort' }) + done,
};

/** The source's own events and nothing else; a run that failed breaks off. */
const events: Encoding = {
  chunk(chunk) {
    if (chunk.type === 'error') {
      throw new DurableChatError('run-failed', String(chunk['errorText']));
    }
    const event = eventOf(chunk);
    return event === undefined ? '' : encodeEvent(event);
  },
  done: '',
  stopped: '',
};

export interface AnswerBodyOptions {
  /** Whether the run's source sent events of another protocol. */
  readonly isOfEvents: boolean;
  /** The caller's: the body ends by its reason. */
  readonly signal: AbortSignal;
}

/** A followed stream as the body that its source has sent, unbroken. */
export function answerBody(
  chunks: ReadableStream<StreamChunk>,
  options: AnswerBodyOptions,
): ReadableStream<Uint8Array> {
  const { signal } = options;
  const reader = chunks.getReader();
  const texts = answerTexts(reader, options);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done: isOver, value } = await texts.next();
          if (isOver === true) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          void reader.cancel(error).catch(() => undefined);
          throw signal.aborted ? signal.reason : error;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function* answerTexts(
  reader: ReadableStreamDefaultReader<StreamChunk>,
  { isOfEvents, signal }: AnswerBodyOptions,
): AsyncGenerator<string, void, undefined> {
  const encoding = isOfEvents ? events : uiMessage;
  try {
    for (;;) {
      const { done: isOver, value } = await reader.read();
      if (isOver) break;
      const text = encoding.chunk(value);
      if (text !== '') yield text;
    }
    if (encoding.done !== '') yield encoding.done;
  } catch (error) {
    // So a followed stream tells that the run was stopped.
    if (signal.aborted || !isAbortError(error)) throw error;
    if (encoding.stopped !== '') yield encoding.stopped;
  }
}
