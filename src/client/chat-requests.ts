import type {
  ChatTransport,
  HttpChatTransportInitOptions,
  UIMessage,
} from 'ai';
import {
  ATTEMPT_HEADER,
  DurableChatError,
  IDEMPOTENCY_KEY_HEADER,
  LAST_EVENT_ID_HEADER,
} from '../protocol/index.js';
import { unreachable } from './follow-errors.js';
import type { RequestStream } from './followed-stream.js';
import type { ReconnectPolicy } from './reconnect-policy.js';
import { wholeResponse } from './whole-response.js';

export type SendOptions<UI_MESSAGE extends UIMessage> = Parameters<
  ChatTransport<UI_MESSAGE>['sendMessages']
>[0];
export type ReconnectRequest<UI_MESSAGE extends UIMessage> = Parameters<
  ChatTransport<UI_MESSAGE>['reconnectToStream']
>[0];

type Options<UI_MESSAGE extends UIMessage> =
  HttpChatTransportInitOptions<UI_MESSAGE>;
type CallOptions = Pick<
  ReconnectRequest<UIMessage>,
  'chatId' | 'headers' | 'body' | 'metadata'
>;

/** What the options and the call come to, for one request. */
interface Base {
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;
  readonly credentials: RequestCredentials | undefined;
}

/**
 * The requests of the AI SDK's HTTP transport, with the same options, the same
 * precedence, and what resuming needs (ai/src/ui/http-chat-transport.ts).
 * Options that are functions are asked anew for every request.
 */
export class ChatRequests<UI_MESSAGE extends UIMessage> {
  readonly #options: Options<UI_MESSAGE>;
  readonly #api: string;
  readonly #stallTimeoutMs: number;

  constructor(
    options: Options<UI_MESSAGE>,
    { stallTimeoutMs }: Pick<ReconnectPolicy, 'stallTimeoutMs'>,
  ) {
    this.#options = options;
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#api = options.api ?? '/api/chat';
  }

  /** The first try posts; once a run is known, later ones go on reading it. */
  send(
    options: SendOptions<UI_MESSAGE>,
    idempotencyKey: string,
  ): RequestStream {
    const resume = this.resume(options, []);
    return (request) =>
      request.cursor === undefined
        ? this.#post(options, request.signal, {
            [IDEMPOTENCY_KEY_HEADER]: idempotencyKey,
            [ATTEMPT_HEADER]: String(request.attempt),
          })
        : resume(request);
  }

  /** `have`: the messages of which the page may hold the newest. */
  resume(options: CallOptions, have: readonly string[]): RequestStream {
    return async ({ cursor, hasOpened, signal }) => {
      const { body, ...base } = await this.#resolve(options);
      const prepared = await this.#options.prepareReconnectToStreamRequest?.({
        api: this.#api,
        id: options.chatId,
        body,
        requestMetadata: options.metadata,
        ...base,
      });
      const url = prepared?.api ?? this.#url(options.chatId, '/stream');
      const headers = normalized(prepared?.headers ?? base.headers);
      const credentials = prepared?.credentials ?? base.credentials;
      const init = { method: 'GET', headers, credentials, signal };
      if (cursor === undefined) {
        // What was begun to be replayed is not had, whoever ended it meanwhile.
        return this.#fetch(withHave(url, hasOpened ? [''] : have), init);
      }
      headers[LAST_EVENT_ID_HEADER] = cursor;
      return this.#fetch(url, init);
    };
  }

  /** A request of our own: stop, load. Its answer is there to its end. */
  async own(chatId: string, path: string, body?: object): Promise<Response> {
    const { headers, credentials } = await this.#resolve({ chatId });
    const url = this.#url(chatId, path);
    const init =
      body === undefined
        ? { method: 'GET', headers, credentials }
        : jsonPost({ headers, credentials, body });
    return wholeResponse(
      (signal) => this.#fetch(url, { ...init, signal }),
      this.#stallTimeoutMs,
    );
  }

  async #post(
    options: SendOptions<UI_MESSAGE>,
    signal: AbortSignal,
    ownHeaders: Record<string, string>,
  ): Promise<Response> {
    const { chatId: id, messages, trigger, messageId, metadata } = options;
    const { body, ...base } = await this.#resolve(options);
    const posted = { id, messages, trigger, messageId };
    const prepared = await this.#options.prepareSendMessagesRequest?.({
      ...posted,
      api: this.#api,
      body,
      requestMetadata: metadata,
      ...base,
    });
    const headers = normalized(prepared?.headers ?? base.headers);
    const request = jsonPost({
      headers: { ...headers, ...ownHeaders },
      credentials: prepared?.credentials ?? base.credentials,
      body: prepared?.body ?? { ...body, ...posted },
    });
    return this.#fetch(prepared?.api ?? this.#api, { ...request, signal });
  }

  async #resolve(call: CallOptions): Promise<Base> {
    const { body, headers, credentials } = this.#options;
    const ownBody = await resolved(body);
    return {
      body: { ...ownBody, ...call.body },
      headers: {
        ...normalized(await resolved(headers)),
        ...normalized(call.headers),
      },
      credentials: await resolved(credentials),
    };
  }

  async #fetch(
    url: string,
    init: Omit<RequestInit, 'credentials'> & Pick<Base, 'credentials'>,
  ): Promise<Response> {
    // Asked for each time, in case it is patched by other libraries.
    const fetch = this.#options.fetch ?? globalThis.fetch;
    try {
      // CAST: an undefined member counts as absent, as in the AI SDK's own.
      return await fetch(url, init as RequestInit);
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  #url(chatId: string, path: string): string {
    // A URL parser takes them for a step up, however they are escaped.
    if (chatId === '.' || chatId === '..') {
      const message = `"${chatId}" cannot be a chat id.`;
      throw new DurableChatError('invalid-chat-id', message);
    }
    const below = `/${encodeURIComponent(chatId)}${path}`;
    return this.#api.replace(
      /\/?([?#].*)?$/s,
      (_, rest: string = '') => below + rest,
    );
  }
}

function jsonPost({
  headers,
  body,
  ...rest
}: Omit<Base, 'body'> & { readonly body: object }) {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...rest,
  };
}

/** With names in lower case, and without what has no value. */
function normalized(
  headers: HeadersInit | Record<string, string | undefined> | undefined,
): Record<string, string> {
  const entries =
    headers instanceof Headers || Array.isArray(headers)
      ? [...headers]
      : Object.entries(headers ?? {});
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      value === undefined || value === null
        ? []
        : [[name.toLowerCase(), value]],
    ),
  );
}

type Resolvable<T> = T | PromiseLike<T> | (() => T | PromiseLike<T>);

async function resolved<T>(
  value: Resolvable<T> | undefined,
): Promise<T | undefined> {
  return isFunction(value) ? value() : value;
}

function isFunction<T>(
  value: Resolvable<T> | undefined,
): value is () => T | PromiseLike<T> {
  return typeof value === 'function';
}

function withHave(url: string, have: readonly string[]): string {
  return have.reduce(
    (sum, id) =>
      `${sum}${sum.includes('?') ? '&' : '?'}have=${encodeURIComponent(id)}`,
    url,
  );
}
