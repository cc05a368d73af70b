import {
  ApiRequests,
  newIdempotencyKey,
  normalized,
  withQuery,
  type ApiOptions,
  type ReconnectPolicy,
} from '../client/index.js';
import {
  IDEMPOTENCY_KEY_HEADER,
  LAST_EVENT_ID_HEADER,
} from '../protocol/index.js';
import { mayPass, untilRetry } from './retries.js';

/** The chat, and the device that is present in it while it reads. */
export interface SessionDevice {
  readonly chatId: string;
  /** `null`: reads without being present. */
  readonly deviceId: string | null;
  /** Whether the id was made up: then no other tab has the same. */
  readonly isTab: boolean;
  readonly name: string | undefined;
}

/** What one request carries beside what all of the session do. */
export interface SessionRequestOptions {
  readonly headers?: Readonly<Record<string, string>> | Headers | undefined;
}

export interface Sending extends SessionRequestOptions {
  readonly key?: string;
  readonly tries?: number;
  /** The page may be gone before it is answered. */
  readonly keepalive?: boolean;
}

/** The requests of one session (PROTOCOL.md, "Sessions"). */
export class SessionRequests {
  readonly device: SessionDevice;
  readonly #api: ApiRequests;
  readonly #policy: ReconnectPolicy;

  constructor(
    options: ApiOptions,
    policy: ReconnectPolicy,
    device: SessionDevice,
  ) {
    this.#api = new ApiRequests(options, policy);
    this.#policy = policy;
    this.device = device;
  }

  get api(): string {
    return this.#api.api;
  }

  /** Follows the session; after an offset, or from a snapshot. */
  async open(
    after: string | undefined,
    signal: AbortSignal,
    isPresent: boolean,
  ): Promise<Response> {
    const { chatId, name } = this.device;
    const deviceId = isPresent ? this.device.deviceId : null;
    const { headers, credentials } = await this.#api.resolve({ chatId });
    const query = Object.entries({
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

  /**
   * Posts what the server takes once, by its `key`, however often it is sent:
   * `tries` times at most, where its answer does not come.
   *
   * @throws DurableChatError
   */
  async post(
    path: string,
    body: object,
    {
      key = newIdempotencyKey(),
      tries = 1,
      headers: own,
      keepalive,
    }: Sending = {},
  ): Promise<Record<string, unknown>> {
    const headers = { ...normalized(own), [IDEMPOTENCY_KEY_HEADER]: key };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const asked = { body, headers, keepalive };
        return await this.#api.ask(this.device.chatId, path, asked);
      } catch (error) {
        if (attempt >= tries || !mayPass(error)) throw error;
      }
      await untilRetry(this.#policy, attempt);
    }
  }
}
