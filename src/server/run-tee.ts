import type { UIMessage } from 'ai';
import {
  encodeCursor,
  encodeFrame,
  openCallsOf,
  settlingChunks,
  stepOpenCalls,
  type OpenCalls,
  type StreamChunk,
} from '../protocol/index.js';
import type { SourceChunk } from './answer-source.js';
import type { LiveBody } from './live-body.js';
import type { RunWriter } from '../log/index.js';

export interface RunTeeOptions {
  readonly runId: string;
  readonly messageId: string;
  /** The message before this run; `undefined` where the run begins it. */
  readonly base: UIMessage | undefined;
  readonly live: LiveBody;
  readonly writer: RunWriter;
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

  /** All chunks so far; none without `keepChunks`. */
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
    if (typeof messageId !== 'string' || messageId === '') {
      const started = { ...chunk, messageId: this.#messageId };
      return this.#send(sourceChunk(started));
    }
    // The app's database may know the message by the source's own id.
    this.#messageId = messageId;
    this.#options.writer.setMessageId(messageId);
    this.#send(source);
  }

  /**
   * What ends a run before its time, for the live reader only: the log's
   * readers make the same of the run's terminal record.
   */
  pushEnd(end: StreamChunk, settlingText: string): void {
    const { live } = this.#options;
    const settling = settlingChunks(this.#openCalls, settlingText);
    for (const chunk of [...settling, end]) {
      live.push(encodeFrame(JSON.stringify(chunk)));
    }
  }

  #send({ chunk, text }: SourceChunk): void {
    const { live, writer, runId, keepChunks } = this.#options;
    this.#sent += 1;
    if (live.isOpen) live.push(encodeFrame(text, this.#cursor(runId, writer)));
    writer.write(text);
    this.#openCalls = stepOpenCalls(this.#openCalls, chunk);
    if (keepChunks) this.#kept.push(chunk);
  }

  #cursor(runId: string, { offset }: RunWriter): string {
    const cursor = { runId, delivered: this.#sent };
    return encodeCursor(offset === undefined ? cursor : { ...cursor, offset });
  }
}

function sourceChunk(chunk: StreamChunk): SourceChunk {
  return { chunk, text: JSON.stringify(chunk) };
}
