import type {
  ChatTransport,
  HttpChatTransportInitOptions,
  UIMessage,
  UIMessageChunk,
} from 'ai';
import { DurableChatError } from '../protocol/index.js';
import { ApiRequests } from './api-requests.js';
import { ChatReaders } from './chat-readers.js';
import {
  ChatRequests,
  type ReconnectRequest,
  type SendOptions,
} from './chat-requests.js';
import { ConnectionStore, type Connection } from './connection-store.js';
import { unreachable } from './follow-errors.js';
import { FollowedStream, type FollowOptions } from './followed-stream.js';
import type { PageStreamOptions } from './write-through/page-chats.js';
import type { WriteThrough } from './write-through/write-through.js';
import { newIdempotencyKey } from './new-idempotency-key.js';
import {
  reconnectPolicy,
  type ReconnectOptions,
  type ReconnectPolicy,
} from './reconnect-policy.js';

export interface DurableTransportOptions<
  UI_MESSAGE extends UIMessage = UIMessage,
> extends HttpChatTransportInitOptions<UI_MESSAGE> {
  /**
   * A transport without a server of ours: this inner one answers, for instance
   * a `DirectChatTransport`, and the page writes its chunks into `stream`. The
   * answer then ends with the page. Goes with `stream`; the HTTP options above
   * are not used.
   */
  readonly source?: ChatTransport<UI_MESSAGE> | undefined;
  /** The durable stream of each chat, for `source`. */
  readonly stream?: PageStreamOptions | undefined;
  readonly reconnect?: ReconnectOptions | undefined;
  /**
   * The id of the newest message that the page holds of a chat, where it was
   * rendered with messages that did not come from `load`. An answer that ended
   * between rendering and resuming is then not lost. Asked whenever a stream
   * is resumed; what has come through the transport since, it knows itself.
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
}

/** Who reads, as the AI SDK's call says it. */
interface Reader {
  readonly chatId: string;
  readonly abortSignal?: AbortSignal | undefined;
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
  /** As they were given: a session connects with the same. */
  readonly options: Readonly<DurableTransportOptions<UI_MESSAGE>>;
  readonly #api: ApiRequests;
  readonly #requests: ChatRequests<UI_MESSAGE>;
  readonly #policy: ReconnectPolicy;
  readonly #connection = new ConnectionStore();
  readonly #newestMessageId: (chatId: string) => string | undefined;
  /** By chat: the newest message that went to the page through here. */
  readonly #given = new Map<string, string>();
  readonly #own = new Map<string, OwnAnswer>();
  readonly #readers = new ChatReaders();
  readonly #closing = new AbortController();
  /** In the place of all requests, where there is a `source`. */
  readonly #writeThrough: (() => Promise<WriteThrough<UI_MESSAGE>>) | undefined;

  constructor(options: DurableTransportOptions<UI_MESSAGE> = {}) {
    this.options = options;
    this.#policy = reconnectPolicy(options.reconnect);
    this.#api = new ApiRequests(options, this.#policy);
    this.#requests = new ChatRequests(options, this.#api);
    this.#newestMessageId = options.newestMessageId ?? (() => undefined);
    this.#writeThrough = writeThrough(options, this.#connection);
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
    const through = await this.#writeThrough?.();
    if (through) return asUIMessageChunks(await through.send(options));
    const { chatId } = options;
    const idempotencyKey = newIdempotencyKey();
    const request = this.#requests.send(options, idempotencyKey);
    const followed = this.#follow(options, { request, posts: true });
    this.#readers.makeRoom(chatId, followed);
    this.#own.set(chatId, { idempotencyKey, followed });
    void followed.left.then(() => {
      if (this.#own.get(chatId)?.followed === followed)
        this.#own.delete(chatId);
    });
    const stream = await followed.opened;
    if (stream !== null) return asUIMessageChunks(stream);
    throw new DurableChatError(
      'rejected',
      'The server answered with nothing (204).',
      { status: 204 },
    );
  }

  /**
   * Called by the Chat to go on reading: the active run of the chat, replayed
   * whole and then live; `null` where nothing runs. While an answer of this
   * transport's own is being read in the same chat there is nothing to resume:
   * the promise waits for its end, or the abort if it failed.
   */
  async reconnectToStream(
    options: ReconnectRequest<UI_MESSAGE>,
  ): Promise<ReadableStream<UIMessageChunk> | null> {
    const { chatId, abortSignal } = options;
    // StrictMode and several hooks call this many times in one go, and abort
    // all calls but the last: only that one is to connect.
    await Promise.resolve();
    if (abortSignal?.aborted === true) return null;
    const through = await this.#writeThrough?.();
    if (this.#own.has(chatId)) return this.#ownEnded(chatId, abortSignal);
    // No await since that look: a post now makes this reader give room.
    const stream = await this.#resume(options, through);
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
    const through = await this.#writeThrough?.();
    if (through) return through.stop(chatId, runId);
    const own = this.#own.get(chatId);
    const known = runId ?? own?.followed.runId;
    // Of an own run both: another instance may not find it in the log yet.
    const isOwn = known === own?.followed.runId;
    const idempotencyKey = isOwn ? own?.idempotencyKey : undefined;
    const meant = { runId: known, idempotencyKey };
    const { stopped } = await this.#api.ask(chatId, '/stop', { body: meant });
    return { stopped: stopped === true };
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
    const through = await this.#writeThrough?.();
    const answer = await (through?.load(chatId) ?? this.#api.ask(chatId, ''));
    // CAST: the answer of our own server to this request.
    const loaded = answer as unknown as LoadedMessages<UI_MESSAGE>;
    const { messages, activeRunId } = loaded;
    if (!Array.isArray(messages)) throw unreachable(answer);
    this.#give(chatId, messages.at(-1)?.id);
    return { messages, activeRunId };
  }

  /** Detaches all readers, now and for ever. Runs go on. */
  close(): void {
    this.#closing.abort();
  }

  #resume(
    options: ReconnectRequest<UI_MESSAGE>,
    through: WriteThrough<UI_MESSAGE> | undefined,
  ): Promise<ReadableStream<unknown> | null> {
    const held = this.#held(options.chatId);
    if (through) return through.resume(options, held);
    const request = this.#requests.resume(options, held);
    return this.#follow(options, { request, posts: false }).opened;
  }

  #follow(
    { chatId, abortSignal }: Reader,
    requests: Pick<FollowOptions, 'request' | 'posts'>,
  ): FollowedStream {
    const closing = this.#closing.signal;
    const followed = new FollowedStream({
      ...requests,
      policy: this.#policy,
      connection: this.#connection,
      signal: abortSignal ? AbortSignal.any([abortSignal, closing]) : closing,
    });
    this.#readers.add(chatId, followed);
    void followed.left.then(() => this.#give(chatId, followed.readMessageId));
    return followed;
  }

  #give(chatId: string, messageId: string | undefined): void {
    if (messageId !== undefined) this.#given.set(chatId, messageId);
  }

  /** The newest message of the page is one of these, as far as is known. */
  #held(chatId: string): string[] {
    const known = [this.#newestMessageId(chatId), this.#given.get(chatId)];
    return known.filter((id) => id !== undefined);
  }

  /** Resolves when no answer of our own is read any more. */
  async #ownEnded(
    chatId: string,
    abortSignal: AbortSignal | undefined,
  ): Promise<null> {
    let own = this.#own.get(chatId);
    const aborted = new Promise<void>((resolve) => {
      abortSignal?.addEventListener('abort', () => resolve(), { once: true });
    });
    while (own !== undefined && abortSignal?.aborted !== true) {
      await Promise.race([own.followed.left, aborted]);
      // `null` makes the Chat `ready`: it must come after all that the Chat
      // does at the end of its own answer, and never after a failure.
      await new Promise((resolve) => setTimeout(resolve));
      if (own.followed.hasFailed) await aborted;
      own = this.#own.get(chatId);
    }
    return null;
  }
}

/** Loaded when it is first used: most pages have a server. */
function writeThrough<UI_MESSAGE extends UIMessage>(
  { source, stream }: DurableTransportOptions<UI_MESSAGE>,
  connection: ConnectionStore,
): (() => Promise<WriteThrough<UI_MESSAGE>>) | undefined {
  if (source === undefined && stream === undefined) return undefined;
  if (source === undefined || stream === undefined) {
    throw new DurableChatError(
      'invalid-request',
      'DurableTransport: source and stream go together.',
    );
  }
  let loaded: Promise<WriteThrough<UI_MESSAGE>> | undefined;
  return () =>
    (loaded ??= import('./write-through/write-through.js').then(
      ({ WriteThrough }) => new WriteThrough({ source, stream, connection }),
    ));
}

function asUIMessageChunks(
  stream: ReadableStream<unknown>,
): ReadableStream<UIMessageChunk> {
  // CAST: unknown chunk types pass through; Chat ignores what it doesn't know.
  return stream as ReadableStream<UIMessageChunk>;
}
