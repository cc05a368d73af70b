import type {
  ChatTransport,
  HttpChatTransportInitOptions,
  UIMessage,
} from 'ai';
import { DurableChatError, errorOfResponse } from '../protocol/index.js';
import { unreachable } from './follow-errors.js';
import type { ReconnectPolicy } from './reconnect-policy.js';
import { wholeResponse } from './whole-response.js';

/** Where the server is, and what every request to it carries. */
export type ApiOptions = Pick<
  HttpChatTransportInitOptions<UIMessage>,
  'api' | 'headers' | 'credentials' | 'body' | 'fetch'
>;

export type CallOptions = Pick<
  Parameters<ChatTransport<UIMessage>['reconnectToStream']>[0],
  'chatId' | 'headers' | 'body' | 'metadata'
>;

/** What the options and the call come to, for one request. */
export interface Base {
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;
  readonly credentials: RequestCredentials | undefined;
}

/** A request as it is sent. */
interface Sent extends Omit<Base, 'body'> {
  readonly body?: object | undefined;
  readonly keepalive?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** What is asked of one of a chat's routes; a post where there is a body. */
export interface Question {
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** It is sent to its end, even where the page is closed. */
  readonly keepalive?: boolean | undefined;
}

/**
 * Requests to the server of a chat. Options that are functions are asked anew
 * for every request, as the AI SDK's HTTP transport does.
 */
export class ApiRequests {
  readonly api: string;
  readonly #options: ApiOptions;
  readonly #stallTimeoutMs: number;

  constructor(
    options: ApiOptions,
    { stallTimeoutMs }: Pick<ReconnectPolicy, 'stallTimeoutMs'>,
  ) {
    this.#options = options;
    this.#stallTimeoutMs = stallTimeoutMs;
    this.api = options.api ?? '/api/chat';
  }

  /**
   * Asks one of a chat's routes. The answer is there to its end; empty where
   * there is nothing to say.
   *
   * @throws DurableChatError where the server refuses or cannot be reached
   */
  async ask(
    chatId: string,
    path: string,
    { body, headers: own, keepalive }: Question = {},
  ): Promise<Record<string, unknown>> {
    const { headers, credentials } = await this.resolve({ chatId });
    const url = this.url(chatId, path);
    const sent = {
      headers: { ...headers, ...own },
      credentials,
      body,
      ...(keepalive === true && { keepalive }),
    };
    const response = await wholeResponse(
      (signal) => this.fetch(url, { ...sent, signal }),
      this.#stallTimeoutMs,
    );
    if (!response.ok) throw await errorOfResponse(response);
    try {
      // CAST: JSON is no more than that; our own server answers an object.
      return JSON.parse((await response.text()) || '{}') as Record<
        string,
        unknown
      >;
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  async resolve(call: CallOptions): Promise<Base> {
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

  /** A post of JSON where there is a body. */
  async fetch(
    url: string,
    { body, headers, ...rest }: Sent,
  ): Promise<Response> {
    // An undefined member counts as absent, as in the AI SDK's own.
    const init = {
      method: 'GET',
      headers,
      ...rest,
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    };
    // Asked for each time, in case it is patched by other libraries.
    const fetch = this.#options.fetch ?? globalThis.fetch;
    try {
      // CAST: `credentials` may be undefined, see above.
      return await fetch(url, init as RequestInit);
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  url(chatId: string, path: string): string {
    // A URL parser takes them for a step up, however they are escaped.
    if (chatId === '.' || chatId === '..') {
      const message = `"${chatId}" cannot be a chat id.`;
      throw new DurableChatError('invalid-chat-id', message);
    }
    const below = `/${encodeURIComponent(chatId)}${path}`;
    return this.api.replace(
      /\/?([?#].*)?$/s,
      (_, rest: string = '') => below + rest,
    );
  }
}

/** With names in lower case, and without what has no value. */
export function normalized(
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
