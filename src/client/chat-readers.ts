import type { FollowedStream } from './followed-stream.js';

/** What is being read at the moment, chat by chat. */
export class ChatReaders {
  readonly #byChat = new Map<string, Set<FollowedStream>>();

  add(chatId: string, reader: FollowedStream): void {
    const readers = this.#byChat.get(chatId) ?? new Set();
    this.#byChat.set(chatId, readers.add(reader));
    void reader.left.then(() => {
      readers.delete(reader);
      if (readers.size === 0) this.#byChat.delete(chatId);
    });
  }

  /** The Chat has posted: whatever else it reads makes room for this reader. */
  makeRoom(chatId: string, newest: FollowedStream): void {
    for (const reader of this.#byChat.get(chatId) ?? []) {
      if (reader !== newest) reader.yieldTo(newest);
    }
  }
}
