import type { Blob } from '../log/index.js';
import type { BlobValue } from '../protocol/index.js';

/** How much may wait for the store, on one instance. */
const MAX_WAITING_BYTES = 256 * 1_048_576;

/** Bounded, so that many blobs cannot grow the process. */
const MAX_KNOWN = 1_000;

interface Waiting {
  readonly blob: Blob;
  readonly stored: Promise<void>;
}

/**
 * What an instance knows of its chats' blobs without asking the store: those
 * that are on their way there, and how large some others are.
 */
export class ChatBlobs {
  readonly #waiting = new Map<string, Waiting>();
  readonly #known = new Map<string, BlobValue>();
  #waitingBytes = 0;

  hasRoomFor(bytes: number): boolean {
    return this.#waitingBytes + bytes <= MAX_WAITING_BYTES;
  }

  /** Keeps the blob at hand until `store` has settled; once for equal ones. */
  keep(
    chatId: string,
    blob: Blob,
    store: (blob: Blob) => Promise<void>,
  ): Promise<void> {
    const key = keyOf(chatId, blob.id);
    const twin = this.#waiting.get(key);
    if (twin !== undefined) return twin.stored;
    this.#waitingBytes += blob.bytes;
    const stored = store(blob).finally(() => {
      this.#waiting.delete(key);
      this.#waitingBytes -= blob.bytes;
    });
    this.#waiting.set(key, { blob, stored });
    return stored;
  }

  /** One that is not known to be stored yet. */
  waiting(chatId: string, id: string): Blob | undefined {
    return this.#waiting.get(keyOf(chatId, id))?.blob;
  }

  /** What is known of a blob that is, or may be, in the store. */
  known(chatId: string, id: string): BlobValue | undefined {
    return (
      this.waiting(chatId, id) ??
      // What it was once, it is for ever: the id is the content's.
      this.#known.get(keyOf(chatId, id))
    );
  }

  learn(chatId: string, blobs: Iterable<readonly [string, BlobValue]>): void {
    for (const [id, value] of blobs) {
      this.#known.set(keyOf(chatId, id), value);
    }
    for (const key of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) return;
      this.#known.delete(key);
    }
  }
}

/** No chat id has a slash. */
const keyOf = (chatId: string, id: string): string => `${chatId}/${id}`;
