import type { UIMessage } from 'ai';
import type {
  RunStatus,
  StandardSchema,
  StreamChunk,
} from '../protocol/index.js';
import type { DurableChatEvent } from './durable-chat-event.js';
import type { Trigger } from './parse-send-request.js';
import type {
  AgentOptions,
  PresenceOptions,
} from './session/session-options.js';

/** Who acts, as your server established it. `id` stands in the log. */
export interface Actor {
  readonly id: string;
}

/** Those of the second line belong to sessions, of chats with `agents`. */
export type ChatAction =
  | ('send' | 'read' | 'stop' | 'delete')
  | ('presence' | 'answer' | 'fork' | 'write');

export interface AuthorizeContext {
  readonly request: Request;
  readonly chatId: string;
  readonly action: ChatAction;
}

/**
 * Called for every request before anything is read or written. Return the
 * actor to allow it; throw, or return a `Response`, to refuse it. Whatever is
 * thrown is answered by 403 without a word of why.
 */
export type Authorize = (
  context: AuthorizeContext,
) => Actor | Response | Promise<Actor | Response>;

/** Where the streams server is: a URL under which chats may live. */
export interface StreamsOptions {
  readonly url: string;
  /** Sent with every request; a function is asked each time. */
  readonly headers?:
    | HeadersInit
    | (() => HeadersInit | Promise<HeadersInit>)
    | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export interface RespondContext<UI_MESSAGE extends UIMessage = UIMessage> {
  readonly chatId: string;
  readonly runId: string;
  /** The message that the answer goes into. */
  readonly messageId: string;
  readonly messages: UI_MESSAGE[];
  readonly trigger: Trigger;
  /** The parsed JSON of the POST, with your own fields. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly request: Request;
  /** Fires when the run is stopped, never because a reader went away. */
  readonly abortSignal: AbortSignal;
}

/** What an AI SDK `streamText` or agent result looks like to us, v6 and v7. */
export interface StreamResult {
  toUIMessageStream(options?: {
    onError?: (error: unknown) => string;
  }): ReadableStream<unknown>;
}

export type RespondResult =
  | StreamResult
  | ReadableStream<StreamChunk>
  | ReadableStream<object>
  | Response;

export interface FinishEvent<UI_MESSAGE extends UIMessage = UIMessage> {
  readonly chatId: string;
  readonly runId: string;
  readonly messageId: string;
  readonly status: Exclude<RunStatus, 'active'>;
  /** The message as it ended, earlier parts included; absent where empty. */
  readonly responseMessage: UI_MESSAGE | undefined;
  /** The conversation that was answered, and the answer. */
  readonly messages: UI_MESSAGE[];
}

export interface ErrorContext {
  readonly chatId: string;
  readonly runId?: string;
  /**
   * `model`: the answer failed; what you return is shown to the user.
   * `store`: something could not be stored. `record`: a record in the log could
   * not be read. `app`: a callback of yours threw.
   */
  readonly source: 'model' | 'store' | 'record' | 'app';
}

/** The run that `respond` is called for. */
export interface AroundRun {
  readonly chatId: string;
  readonly runId: string;
  /** `assistant`, or an agent of a session. */
  readonly agentId: string;
}

/** What the URL of a direct reading is made for. */
export interface DirectReadContext {
  readonly chatId: string;
  /** The chat's log on the streams server, as this server reaches it. */
  readonly url: string;
  /** Until when the URL is to be good, epoch milliseconds. */
  readonly expiresAt: number;
  /** Whom `authorize` let in, and by which request. */
  readonly actor: Actor;
  readonly request: Request;
}

/**
 * Readers follow a run in the log itself, by way of a CDN for instance, and
 * hold no connection to this server. See docs/direct-reads.md.
 */
export interface DirectReadsOptions {
  /**
   * Called after `authorize` for each reader that comes to a running answer: the
   * log's public URL, with a signature that ends at `expiresAt` and is good for
   * reading alone. `undefined`: this reader is served here. So are all where it
   * throws, which `onError` is told.
   */
  readonly signUrl: (
    context: DirectReadContext,
  ) => string | undefined | Promise<string | undefined>;
  /** How long a URL is good for; then the page asks for another. Default 300,000. */
  readonly ttlMs?: number | undefined;
}

export interface DurableChatOptions<UI_MESSAGE extends UIMessage = UIMessage> {
  /** The streams server, or `embeddedStreams({ dir })`. */
  readonly streams: StreamsOptions;
  /** Required: there is no open default. Demos pass `allowAnyone()`. */
  readonly authorize: Authorize;
  /** Answers a POST. Not needed where only `wrap` or `toResponse` are used. */
  readonly respond?:
    | ((
        context: RespondContext<UI_MESSAGE>,
      ) => RespondResult | PromiseLike<RespondResult>)
    | undefined;
  /**
   * Who answers in place of `respond`, by their ids: several may, and each
   * message that is posted makes those run that it triggers. See PROTOCOL.md,
   * "Sessions".
   */
  readonly agents?:
    | Readonly<Record<string, AgentOptions<UI_MESSAGE>>>
    | undefined;
  /** The app's own types of records in a session, and what checks them. */
  readonly records?: Readonly<Record<string, StandardSchema>> | undefined;
  readonly presence?: PresenceOptions | undefined;
  /**
   * What becomes of an agent's run whose instance died: it ends as
   * `interrupted` (`seal`, the default), or another instance goes on with it
   * from its last completed step (`restart`).
   */
  readonly onInterrupted?: 'seal' | 'restart' | undefined;
  /** Lets pages read running answers from the streams server, or a CDN. */
  readonly directReads?: DirectReadsOptions | undefined;
  /** Where the routes are mounted. Default `/api/chat`. */
  readonly basePath?: string | undefined;
  /**
   * Whose earlier messages `respond` gets: those of the POST, as the AI SDK
   * does (`client`, the default), or those of the chat, which no client can
   * forge (`server`, recommended).
   */
  readonly history?: 'client' | 'server' | undefined;
  /**
   * `best-effort` (default): an answer goes on while the store is down.
   * `required`: no run starts before it is in the log.
   */
  readonly durability?: 'best-effort' | 'required' | undefined;
  /** At most one append per run in this time. Default 40 ms. */
  readonly flushIntervalMs?: number | undefined;
  /** How long a run may be silent before it is presumed dead. Default 15,000. */
  readonly leaseMs?: number | undefined;
  /** How often an idle connection is kept awake. Default 10,000. */
  readonly heartbeatMs?: number | undefined;
  /**
   * A file or a tool's output larger than this does not go into the log: it is
   * stored beside it, once, and chunks and messages carry its URL instead,
   * `{basePath}/{chatId}/blobs/{sha256}`. `respond` gets the data itself.
   * `Infinity` keeps everything inline. Default 64 kB (65,536 bytes).
   */
  readonly inlineLimitBytes?: number | undefined;
  /** The largest POST body. Default 1 MB (1,048,576 bytes). */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Keeps the runtime alive until a run and its history are stored: `after` in
   * Next, `ctx.waitUntil` in Workers. Not needed on a long-lived server.
   */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
  /**
   * Called once when a run ends on this instance, before the log says so: who
   * sees a run ended may rely on what you stored here.
   */
  readonly onFinish?:
    | ((event: FinishEvent<UI_MESSAGE>) => void | PromiseLike<void>)
    | undefined;
  /**
   * Called for what went wrong. For `source: 'model'` the returned text is what
   * the user sees; without one, a text that says nothing of the cause. Default:
   * `console.error`.
   */
  readonly onError?:
    | ((error: unknown, context: ErrorContext) => string | undefined | void)
    | undefined;
  /**
   * Called for what happens on this instance: runs, appends, seals, resumes, and
   * whether the streams server answers. At once, in its order, and often (for
   * each append): be quick. What it throws goes to `onError`, once for each type;
   * what it returns is not waited for. See docs/observability.md.
   */
  readonly onEvent?: ((event: DurableChatEvent) => void) | undefined;
  /**
   * Called for each run, to call `respond` inside of something: a span, or an
   * `AsyncLocalStorage`. Call the function that it is given, at once, and return
   * what that returns. `respond` is called once, whatever this does.
   */
  readonly aroundRespond?:
    | (<T>(run: AroundRun, respond: () => Promise<T>) => Promise<T>)
    | undefined;
  /** Makes run and message ids. Default: nanoid. */
  readonly generateId?: (() => string) | undefined;
}
