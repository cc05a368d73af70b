import {
  ApiRequests,
  newIdempotencyKey,
  type ApiOptions,
  type ReconnectPolicy,
} from '../client/index.js';
import {
  IDEMPOTENCY_KEY_HEADER,
  LAST_EVENT_ID_HEADER,
} from '../protocol/index.js';

/** The chat, and the device that is present in it while it reads. */
export interface SessionDevice {
  readonly chatId: string;
  /** `null`: reads without being present. */
  readonly deviceId: string | null;
  readonly name: string | undefined;
}

/** The requests of one session (PROTOCOL.md, "Sessions"). */
export class SessionRequests {
  readonly #api: ApiRequests;
  readonly #device: SessionDevice;

  constructor(
    options: ApiOptions,
    policy: ReconnectPolicy,
    device: SessionDevice,
  ) {
    this.#api = new ApiRequests(options, policy);
    this.#device = device;
  }

  /** Follows the session; after an offset, or from a snapshot. */
  async open(
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const { chatId, deviceId, name } = this.#device;
    const { headers, credentials } = await this.#api.resolve({ chatId });
    const query = new URLSearchParams({
      ...(deviceId !== null && { deviceId }),
      ...(deviceId !== null && name !== undefined && { name }),
    });
    const url = this.#api.url(chatId, '/session');
    return this.#api.fetch(withQuery(url, query), {
      headers: {
        ...headers,
        ...(after !== undefined && { [LAST_EVENT_ID_HEADER]: after }),
      },
      credentials,
      signal,
    });
  }

  /** `key`: of what is posted, however often it is sent. */
  post(
    path: string,
    body: object,
    key = newIdempotencyKey(),
  ): Promise<Record<string, unknown>> {
    const headers = { [IDEMPOTENCY_KEY_HEADER]: key };
    return this.#api.ask(this.#device.chatId, path, { body, headers });
  }
}

function withQuery(url: string, query: URLSearchParams): string {
  const text = query.toString();
  if (text === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${text}`;
}
