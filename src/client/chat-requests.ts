import type {
  ChatTransport,
  HttpChatTransportInitOptions,
  UIMessage,
} from 'ai';
import {
  ATTEMPT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  LAST_EVENT_ID_HEADER,
} from '../protocol/index.js';
import type { RequestStream } from './followed-stream.js';

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

/**
 * The requests of the AI SDK's HTTP transport, with the same options, the same
 * precedence, and what resuming needs (ai/src/ui/http-chat-transport.ts).
 */
export class ChatRequests<UI_MESSAGE extends UIMessage> {
  readonly #options: Options<UI_MESSAGE>;
  readonly api: string;

  constructor(options: Options<UI_MESSAGE>) {
    this.#options = options;
    this.api = options.api ?? '/api/chat';
  }

  /** The first try posts; once a run is known, later ones go on reading it. */
  send(
    options: SendOptions<UI_MESSAGE>,
    idempotencyKey: string,
  ): RequestStream {
    const resume = this.resume(options, undefined);
    return (request) =>
      request.cursor === undefined
        ? this.#post(options, idempotencyKey, request)
        : resume(request);
  }

  resume(options: CallOptions, have: string | undefined): RequestStream {
    return async ({ cursor, signal }) => {
      const { base, body } = await this.#resolve(options);
      const prepared = await this.#options.prepareReconnectToStreamRequest?.({
        api: this.api,
        id: options.chatId,
        body,
        requestMetadata: options.metadata,
        ...base,
      });
      const url = prepared?.api ?? this.url(options.chatId, 'stream');
      const headers = new Headers(prepared?.headers ?? base.headers);
      if (cursor !== undefined) headers.set(LAST_EVENT_ID_HEADER, cursor);
      const isFresh = cursor === undefined && have !== undefined;
      const credentials = prepared?.credentials ?? base.credentials;
      const location = isFresh ? withHave(url, have) : url;
      return this.#fetch(location, credentials, { headers, signal });
    };
  }

  /** A request of our own: stop, load. */
  async own(
    chatId: string,
    { path, ...init }: RequestInit & { readonly path: string },
  ): Promise<Response> {
    const { base } = await this.#resolve({ chatId });
    const headers = new Headers(base.headers);
    if (init.body !== undefined)
      headers.set('content-type', 'application/json');
    const url = this.url(chatId, path);
    return this.#fetch(url, base.credentials, { ...init, headers });
  }

  url(chatId: string, path: string): string {
    const [location = '', rest = ''] = this.api.split(/(?=[?#])(.*)/s);
    const base = location.endsWith('/') ? location.slice(0, -1) : location;
    const below = path === '' ? '' : `/${path}`;
    return `${base}/${encodeURIComponent(chatId)}${below}${rest}`;
  }

  async #post(
    options: SendOptions<UI_MESSAGE>,
    idempotencyKey: string,
    { attempt, signal }: { attempt: number; signal: AbortSignal },
  ): Promise<Response> {
    const { chatId: id, messages, trigger, messageId } = options;
    const { base, body } = await this.#resolve(options);
    const prepared = await this.#options.prepareSendMessagesRequest?.({
      api: this.api,
      id,
      messages,
      trigger,
      messageId,
      body,
      requestMetadata: options.metadata,
      ...base,
    });
    const headers = new Headers(prepared?.headers ?? base.headers);
    if (!headers.has('content-type')) {
      headers.set('content-type', 'application/json');
    }
    headers.set(IDEMPOTENCY_KEY_HEADER, idempotencyKey);
    headers.set(ATTEMPT_HEADER, String(attempt));
    const posted = prepared?.body ?? {
      ...body,
      id,
      messages,
      trigger,
      messageId,
    };
    const credentials = prepared?.credentials ?? base.credentials;
    return this.#fetch(prepared?.api ?? this.api, credentials, {
      method: 'POST',
      headers,
      body: JSON.stringify(posted),
      signal,
    });
  }

  /** Options that are functions are asked anew for every request. */
  async #resolve(call: CallOptions): Promise<{
    body: Record<string, unknown>;
    base: {
      headers: Record<string, string>;
      credentials: RequestCredentials | undefined;
    };
  }> {
    const { body, headers, credentials } = this.#options;
    const own = new Headers(await resolved(headers));
    new Headers(call.headers).forEach((value, name) => own.set(name, value));
    return {
      body: { ...(await resolved(body)), ...call.body },
      base: {
        headers: Object.fromEntries(own),
        credentials: await resolved(credentials),
      },
    };
  }

  #fetch(
    url: string,
    credentials: RequestCredentials | undefined,
    init: RequestInit,
  ): Promise<Response> {
    // Asked for each time, in case it is patched by other libraries.
    const fetch = this.#options.fetch ?? globalThis.fetch;
    return fetch(
      url,
      credentials === undefined ? init : { ...init, credentials },
    );
  }
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

function withHave(url: string, have: string): string {
  const joint = url.includes('?') ? '&' : '?';
  return `${url}${joint}have=${encodeURIComponent(have)}`;
}
