import type { StreamChunk } from '../../protocol/index.js';
import { ChunkQueue } from '../chunk-queue.js';
import type { ConnectionStore } from '../connection-store.js';
import { abortError, isAbortError } from '../follow-errors.js';

/** The Chat's end of an answer that the page writes, or reads from the log. */
export class AnswerReader {
  readonly #queue = new ChunkQueue(() => this.#close());
  readonly #connection: ConnectionStore;
  readonly #stopListening: () => void;
  readonly #onClose: () => void;
  #wasAborted = false;
  #hasFailed = false;

  constructor(
    connection: ConnectionStore,
    signal: AbortSignal | undefined,
    onClose: () => void = () => undefined,
  ) {
    this.#connection = connection;
    this.#onClose = onClose;
    const detach = (): void => this.end({ error: abortError(signal?.reason) });
    signal?.addEventListener('abort', detach, { once: true });
    this.#stopListening = () => signal?.removeEventListener('abort', detach);
    connection.report(this, { name: 'reading' });
  }

  get stream(): ReadableStream<StreamChunk> {
    return this.#queue.stream;
  }

  /** Resolves when the Chat has met the end, or went away before it. */
  get left(): Promise<void> {
    return this.#queue.left;
  }

  /** Whether the Chat has an error to show. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  deliver(chunk: StreamChunk): void {
    if (chunk.type === 'error') this.#hasFailed = true;
    if (chunk.type === 'abort') this.#wasAborted = true;
    else this.#queue.push(chunk);
  }

  /** Ends the stream; a stopped run ends it as the AI SDK expects a stop. */
  end(end: { readonly error?: unknown }): void {
    this.#hasFailed ||= 'error' in end && !isAbortError(end.error);
    const stopped = { error: abortError(undefined) };
    this.#queue.end(this.#wasAborted && !('error' in end) ? stopped : end);
    this.#close();
  }

  #close(): void {
    this.#stopListening();
    this.#connection.report(this, { name: 'ended' });
    this.#onClose();
  }
}
