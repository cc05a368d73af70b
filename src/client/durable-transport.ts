import { nanoid } from 'nanoid';
import type {
  ChatTransport,
  HttpChatTransportInitOptions,
  UIMessage,
  UIMessageChunk,
} from 'ai';
import { DurableChatError, errorOfResponse } from '../protocol/index.js';
import {
  ChatRequests,
  type ReconnectRequest,
  type SendOptions,
} from './chat-requests.js';
import { ConnectionStore, type Connection } from './connection-store.js';
import { FollowedStream, type RequestStream } from './followed-stream.js';
import {
  reconnectPolicy,
  type ReconnectOptions,
  type ReconnectPolicy,
} from './reconnect-policy.js';

export interface DurableTransportOptions<
  UI_MESSAGE extends UIMessage = UIMessage,
> extends HttpChatTransportInitOptions<UI_MESSAGE> {
  readonly reconnect?: ReconnectOptions | undefined;
  /**
   * The id of the newest message that the page holds of a chat, where it was
   * rendered with messages that did not come from `load`. An answer that ended
   * between rendering and resuming is then not lost.
   */
  readonly newestMessageId?:
    | ((chatId: string) => string | undefined)
    | undefined;
}

/** What `load` answers. */
export interface LoadedMessages<UI_MESSAGE extends UIMessage = UIMessage> {
  /** Without the message that is being written at the moment. */
  readonly messages: UI_MESSAGE[];
  readonly activeRunId: string | null;
}

/** The reader of an answer that this transport posted for. */
interface OwnAnswer {
  readonly idempotencyKey: string;
  readonly followed: FollowedStream;
  readonly ended: Promise<void>;
}

/**
 * A chat transport whose streams survive reloads and dropped connections, for
 * `useChat({ transport })` and every other AI SDK Chat. Its server is
 * `createDurableChat` of `ai-durable-transport/server`.
 */
export class DurableTransport<
  UI_MESSAGE extends UIMessage = UIMessage,
> implements ChatTransport<UI_MESSAGE> {
  /** A resumed stream is the whole message from its start (AI SDK ≥ 6.0.304, ≥ 7.0.135). */
  readonly resumeStreamIsReplay = true as const;
  readonly #requests: ChatRequests<UI_MESSAGE>;
  readonly #policy: ReconnectPolicy;
  readonly #connection = new ConnectionStore();
  readonly #newestMessageId: (chatId: string) => string | undefined;
  readonly #loaded = new Map<string, string>();
  readonly #own = new Map<string, OwnAnswer>();
  readonly #closing = new AbortController();

  constructor(options: DurableTransportOptions<UI_MESSAGE> = {}) {
    this.#requests = new ChatRequests(options);
    this.#policy = reconnectPolicy(options.reconnect);
    const { newestMessageId } = options;
    this.#newestMessageId = (chatId) =>
      newestMessageId?.(chatId) ?? this.#loaded.get(chatId);
  }

  /** How the connections are; fits React's `useSyncExternalStore`. */
  get connection(): Connection {
    return this.#connection;
  }

  /**
   * Called by the Chat to post and to read the answer. The signal detaches this
   * reader only: the run goes on, `stop` ends it. A post whose answer never
   * came is sent again, with the same `Idempotency-Key`.
   */
  async sendMessages(
    options: SendOptions<UI_MESSAGE>,
  ): Promise<ReadableStream<UIMessageChunk>> {
    const { chatId, abortSignal } = options;
    const idempotencyKey = nanoid();
    const request = this.#requests.send(options, idempotencyKey);
    const ended = Promise.withResolvers<void>();
    const followed = this.#follow(request, abortSignal, () => {
      if (this.#own.get(chatId)?.followed === followed)
        this.#own.delete(chatId);
      ended.resolve();
    });
    this.#own.set(chatId, { idempotencyKey, followed, ended: ended.promise });
    const stream = await followed.opened();
    if (stream !== null) return asUIMessageChunks(stream);
    throw new DurableChatError(
      'rejected',
      'The server answered the message with nothing (204).',
      { status: 204 },
    );
  }

  /**
   * Called by the Chat to go on reading: the active run of the chat, replayed
   * whole and then live; `null` where nothing runs. While an answer of this
   * transport's own is being read in the same chat there is nothing to resume:
   * the promise waits for its end.
   */
  async reconnectToStream(
    options: ReconnectRequest<UI_MESSAGE>,
  ): Promise<ReadableStream<UIMessageChunk> | null> {
    const { chatId, abortSignal } = options;
    // StrictMode and several hooks call this many times in one go, and abort
    // all calls but the last: only that one is to connect.
    await Promise.resolve();
    if (abortSignal?.aborted === true) return null;
    if (await this.#waitForOwn(chatId, abortSignal)) return null;
    const have = this.#newestMessageId(chatId);
    const request = this.#requests.resume(options, have);
    const followed = this.#follow(request, abortSignal, () => undefined);
    const stream = await followed.opened();
    return stream === null ? null : asUIMessageChunks(stream);
  }

  /**
   * Ends the chat's run, wherever it runs: its model call is aborted, every
   * reader ends. `runId`: only that run. Resolves when that is settled.
   *
   * @throws DurableChatError where the server refuses or cannot be reached
   */
  async stop({
    chatId,
    runId,
  }: {
    chatId: string;
    runId?: string;
  }): Promise<{ stopped: boolean }> {
    const own = this.#own.get(chatId);
    const known = runId ?? own?.followed.runId;
    const meant =
      known !== undefined
        ? { runId: known }
        : { idempotencyKey: own?.idempotencyKey };
    const body = JSON.stringify(meant);
    return this.#json(chatId, { path: 'stop', method: 'POST', body });
  }

  /**
   * Reads a chat's messages from the server, for apps without a database. The
   * message that is being written is left out: resuming replays it.
   *
   * @throws DurableChatError where the server refuses or cannot be reached
   */
  async load({
    chatId,
  }: {
    chatId: string;
  }): Promise<LoadedMessages<UI_MESSAGE>> {
    const loaded = await this.#json<LoadedMessages<UI_MESSAGE>>(chatId, {
      path: '',
    });
    const newest = loaded.messages.at(-1)?.id;
    if (newest !== undefined) this.#loaded.set(chatId, newest);
    return { messages: loaded.messages, activeRunId: loaded.activeRunId };
  }

  /** Detaches all readers. Runs go on. */
  close(): void {
    this.#closing.abort();
  }

  #follow(
    request: RequestStream,
    abortSignal: AbortSignal | undefined,
    onEnd: () => void,
  ): FollowedStream {
    const closing = this.#closing.signal;
    return new FollowedStream({
      request,
      policy: this.#policy,
      connection: this.#connection,
      signal: abortSignal ? AbortSignal.any([abortSignal, closing]) : closing,
      onEnd,
    });
  }

  /** Whether there was an answer of our own; resolves at its end. */
  async #waitForOwn(
    chatId: string,
    abortSignal: AbortSignal | undefined,
  ): Promise<boolean> {
    let own = this.#own.get(chatId);
    if (own === undefined) return false;
    const aborted = new Promise<void>((resolve) => {
      abortSignal?.addEventListener('abort', () => resolve(), { once: true });
    });
    while (own !== undefined && abortSignal?.aborted !== true) {
      await Promise.race([own.ended, aborted]);
      own = this.#own.get(chatId);
    }
    return true;
  }

  async #json<T>(
    chatId: string,
    init: RequestInit & { readonly path: string },
  ): Promise<T> {
    const response = await this.#requests
      .own(chatId, init)
      .catch((cause: unknown) => {
        const message = 'The server cannot be reached. Try again.';
        throw new DurableChatError('unreachable', message, { cause });
      });
    if (!response.ok) throw await errorOfResponse(response);
    // CAST: the answer of our own server to this request.
    return (await response.json()) as T;
  }
}

function asUIMessageChunks(
  stream: ReadableStream<unknown>,
): ReadableStream<UIMessageChunk> {
  // CAST: unknown chunk types pass through; Chat ignores what it doesn't know.
  return stream as ReadableStream<UIMessageChunk>;
}
