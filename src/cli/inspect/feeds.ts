import type { StreamsLocation } from '../streams-location.js';
import { ChatFeed } from './chat-feed.js';

/** How long a page may be away before its feed ends. */
const AWAY_MS = 30_000;

interface Kept {
  readonly feed: ChatFeed;
  readonly chatId: string;
  /** Connections of the page: a new one may come before the old one ends. */
  open: number;
  timer: NodeJS.Timeout | undefined;
}

/** The feeds of all pages, each by the id that its page made. */
export class Feeds {
  readonly #streams: StreamsLocation;
  readonly #kept = new Map<string, Kept>();

  constructor(streams: StreamsLocation) {
    this.#streams = streams;
  }

  get(id: string): ChatFeed | undefined {
    return this.#kept.get(id)?.feed;
  }

  /** The page's feed, which stands from now on until it is left. */
  enter(id: string, chatId: string): ChatFeed {
    const known = this.#kept.get(id);
    if (known !== undefined && known.chatId === chatId) {
      clearTimeout(known.timer);
      known.open += 1;
      return known.feed;
    }
    this.#end(id);
    const feed = new ChatFeed(this.#streams, chatId);
    this.#kept.set(id, { feed, chatId, open: 1, timer: undefined });
    return feed;
  }

  /** The page's connection has ended; it may come back for a while. */
  leave(id: string): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    kept.open -= 1;
    if (kept.open > 0) return;
    kept.timer = setTimeout(() => this.#end(id), AWAY_MS);
    kept.timer.unref();
  }

  close(): void {
    for (const id of this.#kept.keys()) this.#end(id);
  }

  #end(id: string): void {
    const kept = this.#kept.get(id);
    clearTimeout(kept?.timer);
    kept?.feed.close();
    this.#kept.delete(id);
  }
}
