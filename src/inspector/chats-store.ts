import { apiUrl } from './api.js';
import { Observable } from './observable.js';
import type { ChatsEvent, KnownChat } from './wire.js';

/** The chats that there are, the newest first. */
export class ChatsStore extends Observable {
  chats: readonly KnownChat[] = [];
  isListed = false;
  /** Whether the inspector has answered yet. */
  isKnown = false;

  constructor() {
    super();
    const source = new EventSource(apiUrl('chats'));
    source.addEventListener('chats', ({ data }) => {
      // CAST: our own server's event.
      const { chats, isListed } = JSON.parse(String(data)) as ChatsEvent;
      this.chats = chats.toSorted((one, other) => newestFirst(one, other));
      this.isListed = isListed;
      this.isKnown = true;
      this.changed();
    });
  }
}

const newestFirst = (one: KnownChat, other: KnownChat): number =>
  other.createdAt - one.createdAt || one.id.localeCompare(other.id);
