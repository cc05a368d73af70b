import {
  ATTEMPT_HEADER,
  DurableChatError,
  errorOfResponse,
  FORMAT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  LAST_EVENT_ID_HEADER,
  postedChatId,
  RUN_ID_HEADER,
} from '../../protocol/index.js';
import { ApiRequests } from '../api-requests.js';
import { ConnectionStore } from '../connection-store.js';
import { isPassing, unreachable } from '../follow-errors.js';
import {
  FollowedStream,
  type FollowOptions,
  type RequestStream,
} from '../followed-stream.js';
import { newIdempotencyKey } from '../new-idempotency-key.js';
import { reconnectPolicy, type ReconnectPolicy } from '../reconnect-policy.js';
import { withQuery } from '../with-query.js';
import { answerBody } from './answer-body.js';
import { meaningOf, type Asked, type Meaning } from './meaning-of.js';
import type { DurableFetchOptions } from './durable-fetch.js';

export interface ResumeOptions {
  /** Default: the option `chatId`. */
  readonly chatId?: string | undefined;
  /** A run's id, or the `Idempotency-Key` of the POST that started it. */
  readonly run?: string | undefined;
  /** Detaches the reader. */
  readonly signal?: AbortSignal | undefined;
}

/** What is a request's own, beside what it was asked for with. */
type Own = Omit<RequestInit, 'headers'> & { readonly headers: object };

interface Followed extends Pick<FollowOptions, 'request' | 'posts'> {
  readonly signal: AbortSignal | null | undefined;
  /** Called once there is a reader. */
  readonly onFollowed?: (followed: FollowedStream) => void;
}

/** What `durableFetch` does; its functions share this. */
export class AnswerFetcher {
  readonly connection = new ConnectionStore();
  readonly #options: DurableFetchOptions;
  readonly #policy: ReconnectPolicy;
  readonly #requests: ApiRequests;
  /** By chat: the key of the POST whose answer is being read. */
  readonly #own = new Map<string, string>();

  constructor(options: DurableFetchOptions) {
    this.#options = options;
    this.#policy = reconnectPolicy(options.reconnect);
    const { api, ...others } = options;
    const given = { ...others, ...(api !== undefined && { api }) };
    this.#requests = new ApiRequests(given, this.#policy);
  }

  async fetch(
    input: RequestInfo | URL,
    init: RequestInit = {},
  ): Promise<Response> {
    const meaning = await meaningOf(this.#requests.api, input, init);
    switch (meaning.kind) {
      case 'other':
        return this.#fetch(input, init);
      case 'send':
        return this.#send(meaning);
      case 'run':
        return this.#read(this.#streamUrl(this.#chat(), meaning.run), meaning);
      case 'stream':
        return this.#read(meaning.url, meaning);
    }
  }

  async resume({ chatId, run, signal }: ResumeOptions = {}): Promise<Response> {
    const url = this.#streamUrl(this.#chat(chatId), run);
    return this.#read(url, { headers: {}, init: {}, signal });
  }

  async stop({ chatId }: { readonly chatId?: string } = {}): Promise<{
    stopped: boolean;
  }> {
    const chat = this.#chat(chatId);
    const body = { idempotencyKey: this.#own.get(chat) };
    const { stopped } = await this.#requests.ask(chat, '/stop', { body });
    return { stopped: stopped === true };
  }

  /** The first try posts; once a run is known, later ones go on reading it. */
  #send({ url, body, json, ...asked }: Meaning<'send'>): Promise<Response> {
    const chatId = this.#chat(this.#options.chatId ?? postedChatId(json));
    const { 'content-type': _, ...headers } = asked.headers;
    const key =
      headers[IDEMPOTENCY_KEY_HEADER] ??
      headers['x-run-id'] ??
      newIdempotencyKey();
    const read = this.#reading(this.#streamUrl(chatId), { ...asked, headers });
    const post: RequestStream = ({ attempt, signal }) => {
      const own = {
        [IDEMPOTENCY_KEY_HEADER]: key,
        [ATTEMPT_HEADER]: String(attempt),
      };
      const init = { method: 'POST', body, headers: own, signal };
      return this.#reach(url, asked, init);
    };
    return this.#follow({
      request: (next) => (next.cursor === undefined ? post(next) : read(next)),
      posts: true,
      signal: asked.signal,
      onFollowed: ({ left }) => {
        this.#own.set(chatId, key);
        void left.then(() => {
          if (this.#own.get(chatId) === key) this.#own.delete(chatId);
        });
      },
    });
  }

  #read(url: string, asked: Asked): Promise<Response> {
    const request = this.#reading(url, asked);
    return this.#follow({ request, posts: false, signal: asked.signal });
  }

  #reading(url: string, asked: Asked): RequestStream {
    return ({ cursor, signal }) => {
      const place = cursor !== undefined && { [LAST_EVENT_ID_HEADER]: cursor };
      return this.#reach(url, asked, { headers: { ...place }, signal });
    };
  }

  async #follow({
    request,
    posts,
    signal: given,
    onFollowed,
  }: Followed): Promise<Response> {
    const signal = given ?? new AbortController().signal;
    let first: Response | undefined;
    const followed = new FollowedStream({
      posts,
      policy: this.#policy,
      connection: this.connection,
      signal,
      request: async (asked) => {
        const connection = new AbortController();
        const stopListening = onAbort(asked.signal, connection);
        const response = await request({ ...asked, signal: connection.signal });
        const limit = (): void => connection.abort();
        const timer = setTimeout(limit, this.#policy.stallTimeoutMs);
        const isDrop = asked.hasOpened || (await isOfProxy(response));
        clearTimeout(timer);
        if (isDrop) return response;
        first = response;
        if (response.status === 204 || isOfRun(response)) return response;
        // It is the caller's to read: only the caller ends it.
        stopListening();
        onAbort(signal, connection);
        throw new DurableChatError('rejected', 'This is no answer of a run.');
      },
    });
    onFollowed?.(followed);
    try {
      const chunks = await followed.opened;
      if (chunks === null) return new Response(null, { status: 204 });
      return answer(first, chunks, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (first !== undefined && !isOfRun(first)) return first;
      throw error;
    }
  }

  /** Options are asked anew each time, so that a token may be a new one. */
  async #reach(url: string, asked: Asked, own: Own): Promise<Response> {
    const given = await this.#requests.resolve({ chatId: '' });
    const { credentials = asked.init.credentials } = given;
    const init = {
      ...asked.init,
      ...(credentials && { credentials }),
      ...own,
      headers: { ...asked.headers, ...given.headers, ...own.headers },
    };
    try {
      return await this.#fetch(url, init);
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  #fetch(input: RequestInfo | URL, init: RequestInit): Promise<Response> {
    const { fetch = globalThis.fetch } = this.#options;
    return fetch(input, init);
  }

  #streamUrl(chatId: string, run?: string): string {
    const url = this.#requests.url(chatId, '/stream');
    return run === undefined ? url : withQuery(url, [['run', run]]);
  }

  #chat(chatId: unknown = this.#options.chatId): string {
    if (typeof chatId === 'string' && chatId !== '') return chatId;
    throw new DurableChatError(
      'invalid-chat-id',
      'durableFetch does not know which chat this is: pass it the option chatId, or post a JSON object with a threadId or an id.',
    );
  }
}

/** @returns the function that ends it */
function onAbort(signal: AbortSignal, then: AbortController): () => void {
  const abort = (): void => then.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}

/** Said in the place of the server, whose own word goes to the caller. */
const isOfProxy = async (response: Response): Promise<boolean> =>
  response.status > 500 &&
  isPassing(await errorOfResponse(response.clone()), false);

const isOfRun = ({ ok, headers }: Response): boolean =>
  ok && headers.has(RUN_ID_HEADER);

/** The first response, with the body of all of them. */
function answer(
  first: Response | undefined,
  chunks: Parameters<typeof answerBody>[0],
  signal: AbortSignal,
): Response {
  const headers = new Headers(first?.headers);
  const isOfEvents = headers.has(FORMAT_HEADER);
  if (isOfEvents) headers.delete('x-vercel-ai-ui-message-stream');
  headers.delete('content-length');
  return new Response(answerBody(chunks, { isOfEvents, signal }), { headers });
}
