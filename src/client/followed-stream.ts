import {
  createEventDecoder,
  DurableChatError,
  errorOfResponse,
  RUN_ID_HEADER,
  type ServerSentEvent,
  type StreamChunk,
} from '../protocol/index.js';
import { ChunkDelivery } from './chunk-delivery.js';
import { ChunkQueue } from './chunk-queue.js';
import type { ConnectionStore } from './connection-store.js';
import {
  abortError,
  isAbortError,
  isPassing,
  unreachable,
} from './follow-errors.js';
import type { ReconnectPolicy } from './reconnect-policy.js';
import { Reconnector } from './reconnector.js';

/**
 * Makes one request. What it throws is final, unless the stream had begun; a
 * server that cannot be reached is a DurableChatError `unreachable`.
 */
export type RequestStream = (request: {
  /** From 1. */
  readonly attempt: number;
  /** Where to go on; `undefined` while there is only a start to begin at. */
  readonly cursor: string | undefined;
  /** Whether the server has shown before that there is something to read. */
  readonly hasOpened: boolean;
  /** Ends the connection. */
  readonly signal: AbortSignal;
}) => Promise<Response>;

export interface FollowOptions {
  readonly request: RequestStream;
  /** Whether a request without a cursor posts, and so may take its time. */
  readonly posts: boolean;
  readonly policy: ReconnectPolicy;
  readonly connection: ConnectionStore;
  /** The AI SDK's signal: this reader is not wanted any more. */
  readonly signal: AbortSignal;
}

/**
 * One stream of chunks over as many connections as it takes. It ends only with
 * `[DONE]`, with an error that another try would not mend, or when nobody wants
 * it any more: a drop is never seen by the Chat.
 */
export class FollowedStream {
  readonly #options: FollowOptions;
  readonly #queue = new ChunkQueue(() => this.#close());
  readonly #delivery = new ChunkDelivery((chunk) => this.#queue.push(chunk));
  readonly #opened =
    Promise.withResolvers<ReadableStream<StreamChunk> | null>();
  readonly #reconnector: Reconnector;
  readonly #stopListening: () => void;
  #attempts = 0;
  #hasOpened = false;
  #isComplete = false;
  #hasFailed = false;
  #lastError: unknown;

  constructor(options: FollowOptions) {
    this.#options = options;
    const { signal, posts, policy, connection } = options;
    this.#reconnector = new Reconnector({
      policy,
      connect: (open) => this.#connect(open),
      mayTakeLong: () => posts && this.#delivery.cursor === undefined,
      hasProgressed: () => this.#delivery.hasProgressed,
      report: (state) => connection.report(this, state),
      giveUp: () => this.#fail(unreachable(this.#lastError)),
    });
    const detach = (): void => this.#fail(abortError(signal.reason));
    signal.addEventListener('abort', detach);
    this.#stopListening = () => signal.removeEventListener('abort', detach);
    // Whoever awaits `opened` is told; it is no error that nobody does.
    this.#opened.promise.catch(() => undefined);
    if (signal.aborted) detach();
    else this.#reconnector.start();
  }

  /** The run that is followed, once the server has named it. */
  get runId(): string | undefined {
    return this.#delivery.runId;
  }

  /** Resolves when a connection stands; `null` where there is nothing to read. */
  get opened(): Promise<ReadableStream<StreamChunk> | null> {
    return this.#opened.promise;
  }

  /** Resolves when the reader has met the end, or went away before it. */
  get left(): Promise<void> {
    return this.#queue.left;
  }

  /** The message that the reader holds; `undefined` unless it got all of it. */
  get readMessageId(): string | undefined {
    return this.#isComplete ? this.#delivery.messageId : undefined;
  }

  /** Whether the Chat has an error to show, of the run or of the way to it. */
  get hasFailed(): boolean {
    return this.#hasFailed || this.#delivery.hasFailed;
  }

  /**
   * The Chat has posted again: not one chunk more of this answer may reach its
   * messages. The stream ends as aborted once the newer one has ended; before
   * that the Chat would take itself to be `ready` in the middle of it. After a
   * failure too, so then this goes on waiting, until the next post or an abort.
   */
  yieldTo(newer: FollowedStream): void {
    this.#reconnector.close();
    this.#queue.drop();
    void newer.left.then(() => {
      if (!newer.hasFailed) this.#fail(abortError());
    });
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { cursor, hasDelivered } = this.#delivery;
    if (cursor === undefined && hasDelivered) {
      return this.#fail(unreachable(this.#lastError));
    }
    this.#attempts += 1;
    try {
      const attempt = this.#attempts;
      const hasOpened = this.#hasOpened;
      const asked = { attempt, cursor, hasOpened, signal };
      await this.#receive(await this.#options.request(asked), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (this.#isFinal(error)) return this.#fail(error);
      this.#lastError = error;
    }
  }

  async #receive(response: Response, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#reconnector.answered();
    if (response.status === 204) return this.#nothingThere();
    if (!response.ok) return this.#refused(response);
    if (response.body === null) return;
    // Percent-encoded where it could not be a header otherwise.
    const runId = response.headers.get(RUN_ID_HEADER) ?? '';
    this.#delivery.begin(decodeURIComponent(runId), this.#options.posts);
    this.#hasOpened = true;
    this.#opened.resolve(this.#queue.stream);
    const feed = createEventDecoder((event) => this.#onEvent(event));
    await this.#reconnector.read(response.body, signal, feed);
  }

  #onEvent(event: ServerSentEvent): void {
    if (this.#isComplete || !this.#delivery.receive(event)) return;
    this.#isComplete = true;
    this.#queue.end(this.#delivery.wasAborted ? { error: abortError() } : {});
    this.#stopListening();
    this.#reconnector.close(true);
  }

  #nothingThere(): void {
    if (this.#hasOpened) {
      const message = 'The answer is gone.';
      throw new DurableChatError('log-lost', message);
    }
    this.#opened.resolve(null);
    this.#leave();
  }

  /** An HTTP error: passing ones are drops, the others end the stream. */
  async #refused(response: Response): Promise<void> {
    const error = await errorOfResponse(response);
    this.#lastError = error;
    if (isPassing(error, this.#hasOpened)) return;
    if (error.code === 'invalid-cursor' && this.#delivery.simplifyCursor()) {
      return;
    }
    throw error;
  }

  /** Errors of the network are drops. Before a first response no others are. */
  #isFinal(error: unknown): boolean {
    return error instanceof DurableChatError
      ? error.code !== 'unreachable'
      : !this.#hasOpened;
  }

  #fail(error: unknown): void {
    this.#hasFailed ||= !isAbortError(error);
    this.#opened.reject(error);
    this.#queue.end({ error });
    if (this.#hasOpened) this.#close();
    else this.#leave();
  }

  /** Ends a stream that nobody was given. */
  #leave(): void {
    // Cancelling closes, see the constructor of the queue.
    void this.#queue.stream.cancel();
  }

  #close(): void {
    this.#stopListening();
    this.#reconnector.close();
  }
}
