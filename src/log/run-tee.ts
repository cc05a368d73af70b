import type { UIMessage } from 'ai';
import {
  encodeCursor,
  openCallsOf,
  settlingChunks,
  stepOpenCalls,
  type OpenCalls,
  type StreamChunk,
} from '../protocol/index.js';
import type { RunWriter } from './run-writer.js';

/** A chunk and its JSON text: made once, used by live readers and the log. */
export interface SourceChunk {
  readonly chunk: StreamChunk;
  readonly text: string;
}

export interface RunTeeOptions {
  readonly runId: string;
  readonly messageId: string;
  /** The message before this run; `undefined` where the run begins it. */
  readonly base: UIMessage | undefined;
  readonly writer: RunWriter;
  /**
   * Gives a chunk to the live reader. `cursor` makes its cursor; what a run's
   * end adds has none: the log's readers make the same of its terminal record.
   */
  readonly deliver: (source: SourceChunk, cursor?: () => string) => void;
  /** Whether to keep all chunks, for the app's `onFinish`. */
  readonly keepChunks: boolean;
}

/**
 * Sends each chunk two ways: at once to the live reader, and to the log. Makes
 * sure that a run's first chunk is `start` with a message id.
 */
export class RunTee {
  readonly #options: RunTeeOptions;
  readonly #kept: StreamChunk[] = [];
  #openCalls: OpenCalls;
  #messageId: string;
  #sent = 0;

  constructor(options: RunTeeOptions) {
    this.#options = options;
    this.#messageId = options.messageId;
    this.#openCalls = openCallsOf(options.base);
  }

  get messageId(): string {
    return this.#messageId;
  }

  /** How many chunks of the run were sent, without what its end adds. */
  get sent(): number {
    return this.#sent;
  }

  /** All chunks so far, those that settle open calls too; none without `keepChunks`. */
  get kept(): readonly StreamChunk[] {
    return this.#kept;
  }

  push(source: SourceChunk): void {
    if (this.#sent > 0) return this.#send(source);
    const { chunk } = source;
    if (chunk.type !== 'start') {
      this.#send(sourceChunk({ type: 'start', messageId: this.#messageId }));
      return this.#send(source);
    }
    const { messageId } = chunk;
    const isOwn = typeof messageId === 'string' && messageId !== '';
    // A continuation goes on with the message that it was posted with.
    if (!isOwn || this.#options.base !== undefined) {
      const started = { ...chunk, messageId: this.#messageId };
      return this.#send(sourceChunk(started));
    }
    // The app's database may know the message by the source's own id.
    this.#messageId = messageId;
    this.#options.writer.setMessageId(messageId);
    this.#send(source);
  }

  /** Delivers what ends a run before its time, open tool calls settled. */
  pushEnd(end: StreamChunk, settlingText: string): void {
    const settling = settlingChunks(this.#openCalls, settlingText);
    if (this.#options.keepChunks) this.#kept.push(...settling);
    for (const chunk of [...settling, end]) {
      this.#options.deliver(sourceChunk(chunk));
    }
  }

  #send(source: SourceChunk): void {
    const { deliver, writer, keepChunks } = this.#options;
    this.#sent += 1;
    // Only kept for later; and the writer knows whether the run may go on.
    writer.write(source.text);
    deliver(source, this.#cursor);
    this.#openCalls = stepOpenCalls(this.#openCalls, source.chunk);
    if (keepChunks) this.#kept.push(source.chunk);
  }

  readonly #cursor = (): string => {
    const { runId, writer } = this.#options;
    const { offset } = writer;
    const cursor = { runId, delivered: this.#sent };
    return encodeCursor(offset === undefined ? cursor : { ...cursor, offset });
  };
}

function sourceChunk(chunk: StreamChunk): SourceChunk {
  return { chunk, text: JSON.stringify(chunk) };
}
