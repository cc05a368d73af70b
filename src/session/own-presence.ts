import { DurableChatError, type PresenceValue } from '../protocol/index.js';
import { mayPass } from './retries.js';
import type { SessionRequests } from './session-requests.js';

/** What a device says of itself; what is not said stays as it was. */
export type PresenceChange = Partial<
  Pick<PresenceValue, 'name' | 'status' | 'state'>
>;

/**
 * Tells the server of this device, one change after the other: those that come
 * while one is on its way go out as one. What could not be told is told when
 * the session is connected again.
 */
export class OwnPresence {
  readonly #requests: SessionRequests;
  readonly #deviceId: string | null;
  #said: PresenceChange = {};
  #untold: PresenceChange | undefined;
  #telling: Promise<void> | undefined;

  constructor(requests: SessionRequests, deviceId: string | null) {
    this.#requests = requests;
    this.#deviceId = deviceId;
  }

  /** All that was said of it so far. */
  get said(): PresenceChange {
    return this.#said;
  }

  /** Resolves when it is told, or waits for the connection. */
  set(change: PresenceChange): Promise<void> {
    if (this.#deviceId === null) {
      const message = 'A session without a deviceId is not present.';
      throw new DurableChatError('invalid-request', message);
    }
    this.#said = { ...this.#said, ...change };
    this.#untold = { ...this.#untold, ...change };
    return this.tell();
  }

  tell(): Promise<void> {
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined;
    });
    return this.#telling;
  }

  async #tellAll(): Promise<void> {
    while (this.#untold !== undefined) {
      const change = this.#untold;
      this.#untold = undefined;
      const body = { deviceId: this.#deviceId, ...change };
      try {
        await this.#requests.post('/presence', body);
      } catch (error) {
        if (!mayPass(error)) throw error;
        const since: PresenceChange = this.#untold ?? {};
        this.#untold = { ...change, ...since };
        return;
      }
    }
  }
}
