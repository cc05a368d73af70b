import { fetchChats } from './api.js';
import { Observable } from './observable.js';
import type { ChatsAnswer, KnownChat } from './wire.js';

const LOOK_MS = 1_000;

/** The chats that there are, the newest first. */
export class ChatsStore extends Observable {
  chats: readonly KnownChat[] = [];
  isListed = false;
  problem: string | undefined;
  /** Whether the inspector has answered yet. */
  isKnown = false;

  constructor() {
    super();
    void this.#ask();
  }

  /**
   * Every now and then, and not over a connection that stays: a browser opens
   * six to one server, and each tab needs one for its records.
   */
  async #ask(): Promise<void> {
    if (!document.hidden || !this.isKnown) {
      // The next look finds what this one misses.
      const answer = await fetchChats().catch(() => undefined);
      if (answer !== undefined) this.#take(answer);
    }
    setTimeout(() => void this.#ask(), LOOK_MS);
  }

  #take({ chats, isListed, problem }: ChatsAnswer): void {
    this.chats = chats.toSorted((one, other) => newestFirst(one, other));
    this.isListed = isListed;
    this.problem = problem;
    this.isKnown = true;
    this.changed();
  }
}

const newestFirst = (one: KnownChat, other: KnownChat): number =>
  other.createdAt - one.createdAt || one.id.localeCompare(other.id);
