import type { OwnPresence, PresenceChange } from './own-presence.js';
import type { SessionRequests } from './session-requests.js';

/** Well below the 30 s for which a server believes it. */
const KEEP_MS = 10_000;

/** A tab that has no connection that stands for it: it says itself that it is here. */
export class TabPresence {
  readonly #requests: SessionRequests;
  readonly #presence: OwnPresence;
  /** When it said so. */
  #keptAt: number | undefined;
  #telling: Promise<unknown> = Promise.resolve();

  constructor(requests: SessionRequests, presence: OwnPresence) {
    this.#requests = requests;
    this.#presence = presence;
  }

  /** The session goes on. `isPresent`: over a connection that says it is here. */
  keep(isPresent: boolean): void {
    const { isTab, name } = this.#requests.device;
    const now = Date.now();
    if (isPresent || !isTab) this.#keptAt = undefined;
    else if (this.#keptAt === undefined || now - this.#keptAt >= KEEP_MS) {
      this.#keptAt = now;
      const here: PresenceChange = {
        status: 'online',
        ...(name !== undefined && { name }),
        ...this.#presence.said,
      };
      this.#telling = this.#presence.set(here).catch(ignore);
    }
  }

  /** The tab is closed, or stands still: no connection says so by its end. */
  leave(): void {
    if (this.#keptAt === undefined) return;
    this.#keptAt = undefined;
    const { deviceId } = this.#requests.device;
    const left = { deviceId, status: 'offline' };
    const leave = (): Promise<unknown> =>
      this.#requests.post('/presence', left, { keepalive: true });
    // Not before what is on its way, which would bring the tab back.
    void this.#telling.then(leave).catch(ignore);
  }
}

const ignore = (): void => undefined;
