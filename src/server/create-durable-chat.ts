import type { UIMessage } from 'ai';
import { DurableChatError, parseChatId } from '../protocol/index.js';
import { createContext, type ChatContext } from './chat-context.js';
import { deleteChat } from './delete-chat.js';
import type { EventsOptions } from './events-request.js';
import { handleRequest, type Answering } from './handle-request.js';
import { inlineBlobs } from './inline-blobs.js';
import { isolatesRequests } from './isolates-requests.js';
import { loadChat, type LoadedChat } from './load-chat.js';
import type { DurableChatOptions, RespondResult } from './options.js';
import {
  recoverChat,
  recoverChats,
  type RecoverOptions,
  type RecoverReport,
} from './recover-chats.js';
import { checkSessionOptions } from './session/check-session-options.js';
import { stopRun, type StopOptions } from './stop-run.js';
import {
  toResponse,
  type EventsResponseOptions,
  type ToResponseOptions,
} from './to-response.js';
import { wrappedHandler, type RouteHandler } from './wrapped-handler.js';

/** A chat endpoint: `createDurableChat`. Its functions need no `this`. */
export interface DurableChat<UI_MESSAGE extends UIMessage = UIMessage> {
  /** Answers every route below `basePath`. Never throws. */
  readonly handle: (request: Request) => Promise<Response>;
  /** `handle`, under the name that a Next.js route exports. */
  readonly GET: (request: Request) => Promise<Response>;
  readonly POST: (request: Request) => Promise<Response>;
  readonly DELETE: (request: Request) => Promise<Response>;
  /**
   * Makes a route handler durable that returns a UI message stream response
   * (`result.toUIMessageStreamResponse()`). The `request.signal` that it gets
   * is the run's: it fires on stop, not on disconnect. A response that is no
   * UI message stream passes through, and nothing is written.
   *
   * With `{ format: 'events' }` the handler may answer with server-sent events
   * of any protocol, and take any JSON that names a chat; a GET of `basePath`
   * is its own then. See `durableFetch` for the client.
   */
  readonly wrap: (
    handler: RouteHandler,
    options?: EventsOptions,
  ) => (request: Request) => Promise<Response>;
  /** The tee alone, for a handler that does everything else itself. */
  readonly toResponse: (
    result: RespondResult,
    options: ToResponseOptions<UI_MESSAGE> | EventsResponseOptions,
  ) => Promise<Response>;
  /** A chat's messages, for server components, migrations and audits. */
  readonly load: (chatId: string) => Promise<LoadedChat<UI_MESSAGE>>;
  /** Ends the active run, wherever it runs. */
  readonly stop: (
    chatId: string,
    options?: StopOptions,
  ) => Promise<{ stopped: boolean }>;
  /**
   * Ends a run whose writer died, and completes the history. Nothing depends on
   * it: whoever next looks at a chat does the same.
   *
   * @throws DurableChatError `store-unavailable`
   */
  readonly recover: Recover;
  /**
   * Messages with the URLs of the chat's large parts made data again, for a
   * handler that calls a model itself (`toResponse`). `respond`, and handlers
   * that are wrapped, get theirs like this anyway.
   *
   * @throws DurableChatError `store-unavailable`; `body-too-large` where it is
   * more than 256 MB
   */
  readonly inlineBlobs: (
    chatId: string,
    messages: readonly UI_MESSAGE[],
  ) => Promise<UI_MESSAGE[]>;
  /** Removes the chat: log, history and large parts. */
  readonly delete: (chatId: string) => Promise<void>;
}

/** `recover` of one chat, and as a sweep. */
export interface Recover {
  (chatId: string): Promise<void>;
  /**
   * Of many chats, after a crash for instance: those that the app's database
   * names, all at once or as they are read from there. A chat that fails is
   * reported, and the others go on. Any number of processes may do it at once.
   *
   * @throws what `chatIds` throws, once the chats that were begun are done
   */
  (
    chatIds: Iterable<string> | AsyncIterable<string>,
    options?: RecoverOptions,
  ): Promise<RecoverReport>;
}

/**
 * Makes chats durable: every chat is a log on a streams server, and these are
 * the routes to it. See PROTOCOL.md for what they do.
 *
 * @throws DurableChatError `invalid-request` where a required option is missing
 */
export function createDurableChat<UI_MESSAGE extends UIMessage = UIMessage>(
  options: DurableChatOptions<UI_MESSAGE>,
): DurableChat<UI_MESSAGE> {
  const { streams, authorize } = options;
  checkOptions({ streams, authorize });
  checkSessionOptions(options);
  // CAST: messages are validated as UIMessages; of what kind, the app says.
  const contextOf = contextSource(options as unknown as DurableChatOptions);
  const handle = (request: Request): Promise<Response> => {
    const context = contextOf();
    return handleRequest(context, request, ownAnswering(context));
  };
  const chat: DurableChat = {
    handle,
    GET: handle,
    POST: handle,
    DELETE: handle,
    wrap: (handler, events) => (request) =>
      wrappedHandler(contextOf(), handler, events)(request),
    toResponse: (result, given) => toResponse(contextOf(), result, given),
    load: async (chatId) => loadChat(contextOf(), parseChatId(chatId)),
    stop: async (chatId, given = {}) =>
      stopRun(contextOf(), parseChatId(chatId), given),
    recover: recoverOf(contextOf),
    inlineBlobs: async (chatId, messages) =>
      inlineBlobs(contextOf(), parseChatId(chatId), messages),
    delete: async (chatId) => deleteChat(contextOf(), parseChatId(chatId)),
  };
  // CAST: as above: the app's kind of UIMessage.
  return chat as unknown as DurableChat<UI_MESSAGE>;
}

/**
 * One context for all requests; where they may share nothing, one for each: to
 * one another they are then what instances are, and meet in the log alone.
 */
function contextSource(options: DurableChatOptions): () => ChatContext {
  if (isolatesRequests()) return () => createContext(options);
  const context = createContext(options);
  return () => context;
}

function recoverOf(contextOf: () => ChatContext): Recover {
  function recover(chatId: string): Promise<void>;
  function recover(
    chatIds: Iterable<string> | AsyncIterable<string>,
    options?: RecoverOptions,
  ): Promise<RecoverReport>;
  // A string is an iterable, too: of its characters.
  async function recover(
    given: string | Iterable<string> | AsyncIterable<string>,
    options?: RecoverOptions,
  ): Promise<RecoverReport | void> {
    if (typeof given !== 'string') {
      return recoverChats(contextOf(), given, options);
    }
    await recoverChat(contextOf(), parseChatId(given));
  }
  return recover;
}

function ownAnswering({ options }: ChatContext): Answering {
  return {
    respond: () => (context) => {
      if (options.respond !== undefined) return options.respond(context);
      throw new DurableChatError(
        'internal',
        'createDurableChat has no respond option: pass one, or use wrap.',
      );
    },
    registers: 'at-once',
  };
}

function checkOptions({
  streams,
  authorize,
}: Partial<Pick<DurableChatOptions, 'streams' | 'authorize'>>): void {
  if (typeof streams?.url !== 'string' || !URL.canParse(streams.url)) {
    throw new DurableChatError(
      'invalid-request',
      'createDurableChat needs streams: { url } with an absolute URL. For development use embeddedStreams({ dir }).',
    );
  }
  if (typeof authorize !== 'function') {
    throw new DurableChatError(
      'invalid-request',
      'createDurableChat needs authorize: there is no open default. Demos pass allowAnyone().',
    );
  }
}
