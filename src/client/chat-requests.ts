import type {
  ChatTransport,
  HttpChatTransportInitOptions,
  UIMessage,
} from 'ai';
import {
  ATTEMPT_HEADER,
  DIRECT_READ_TYPE,
  IDEMPOTENCY_KEY_HEADER,
  LAST_EVENT_ID_HEADER,
} from '../protocol/index.js';
import {
  normalized,
  type ApiRequests,
  type CallOptions,
} from './api-requests.js';
import type { DirectReader } from './direct-read/direct-run.js';
import { unreachable } from './follow-errors.js';
import type { RequestStream } from './followed-stream.js';
import { withQuery } from './with-query.js';

export type SendOptions<UI_MESSAGE extends UIMessage> = Parameters<
  ChatTransport<UI_MESSAGE>['sendMessages']
>[0];
export type ReconnectRequest<UI_MESSAGE extends UIMessage> = Parameters<
  ChatTransport<UI_MESSAGE>['reconnectToStream']
>[0];

type Options<UI_MESSAGE extends UIMessage> =
  HttpChatTransportInitOptions<UI_MESSAGE>;

/**
 * The requests of the AI SDK's HTTP transport, with the same options, the same
 * precedence, and what resuming needs (ai/src/ui/http-chat-transport.ts).
 * Options that are functions are asked anew for every request.
 */
export class ChatRequests<UI_MESSAGE extends UIMessage> {
  readonly #options: Options<UI_MESSAGE>;
  readonly #requests: ApiRequests;

  constructor(options: Options<UI_MESSAGE>, requests: ApiRequests) {
    this.#options = options;
    this.#requests = requests;
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
    let mayBeDirect = true;
    const onUnfit = (): void => void (mayBeDirect = false);
    return async ({ cursor, hasOpened, signal }) => {
      const { body, ...base } = await this.#requests.resolve(options);
      const prepared = await this.#options.prepareReconnectToStreamRequest?.({
        api: this.#requests.api,
        id: options.chatId,
        body,
        requestMetadata: options.metadata,
        ...base,
      });
      const url =
        prepared?.api ?? this.#requests.url(options.chatId, '/stream');
      const headers = normalized(prepared?.headers ?? base.headers);
      const credentials = prepared?.credentials ?? base.credentials;
      const init = { headers, credentials, signal };
      if (mayBeDirect) headers['accept'] ??= ACCEPTED;
      if (cursor !== undefined) headers[LAST_EVENT_ID_HEADER] = cursor;
      // What was begun to be replayed is not had, whoever ended it meanwhile.
      const had = (hasOpened ? [''] : have).map((id) => ['have', id] as const);
      const answer = await this.#requests.fetch(
        cursor === undefined ? withQuery(url, had) : url,
        init,
      );
      return isDirect(answer) ? opened(answer, { signal, onUnfit }) : answer;
    };
  }

  async #post(
    options: SendOptions<UI_MESSAGE>,
    signal: AbortSignal,
    ownHeaders: Record<string, string>,
  ): Promise<Response> {
    const { chatId: id, messages, trigger, messageId, metadata } = options;
    const { body, ...base } = await this.#requests.resolve(options);
    const posted = { id, messages, trigger, messageId };
    const prepared = await this.#options.prepareSendMessagesRequest?.({
      ...posted,
      api: this.#requests.api,
      body,
      requestMetadata: metadata,
      ...base,
    });
    const headers = normalized(prepared?.headers ?? base.headers);
    return this.#requests.fetch(prepared?.api ?? this.#requests.api, {
      headers: { ...headers, ...ownHeaders },
      credentials: prepared?.credentials ?? base.credentials,
      body: prepared?.body ?? { ...body, ...posted },
      signal,
    });
  }
}

const ACCEPTED = `${DIRECT_READ_TYPE}, */*`;

const isDirect = ({ headers }: Response): boolean =>
  headers.get('content-type')?.startsWith(DIRECT_READ_TYPE) === true;

/** Loaded when a server first sends a reader to the log itself. */
async function opened(
  answer: Response,
  reader: DirectReader,
): Promise<Response> {
  try {
    const { openDirectRead } =
      await import('./direct-read/open-direct-read.js');
    return await openDirectRead(answer, reader);
  } catch (cause) {
    reader.onUnfit();
    throw unreachable(cause);
  }
}
