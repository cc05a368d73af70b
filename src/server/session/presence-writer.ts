import {
  DurableChatError,
  presenceRecord,
  type PresenceValue,
} from '../../protocol/index.js';

/** What a change is made to, and where it goes. */
export interface PresenceLog {
  /** As the log has said so far. */
  readonly known: (key: string) => PresenceValue | undefined;
  /** The newest version that a record of presence in the log has. */
  readonly version: () => number;
  /**
   * Appends records if nobody else has appended any of this version, and waits
   * until the log was read that far.
   */
  readonly append: (body: string, version: number) => Promise<PresenceAppended>;
}

export type PresenceAppended =
  | { readonly kind: 'done' }
  /** Somebody has; or it was an earlier try of this. */
  | { readonly kind: 'taken'; readonly version: number }
  /** The chat was deleted. */
  | { readonly kind: 'gone' };

/** What becomes of a device; `undefined` where there is nothing to say. */
export type PresenceChange = (
  known: PresenceValue | undefined,
) => PresenceValue | undefined;

interface Told {
  readonly key: string;
  readonly change: PresenceChange;
}

interface Waiting extends Told {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Of many instances that speak at once one gets through each time. */
const MAX_TRIES = 50;

/**
 * What this instance says of devices. A record has all of a device, so that it
 * must be made of the one before it, whoever wrote that: each append has the
 * version after the newest that was read, and of several with the same one the
 * log takes one. The others read that, and make theirs anew.
 */
export class PresenceWriter {
  readonly #log: PresenceLog;
  #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(log: PresenceLog) {
    this.#log = log;
  }

  /**
   * Resolves when the log says it, and was read; or has nothing to say it of.
   *
   * @throws DurableChatError `store-unavailable`
   */
  tell(key: string, change: PresenceChange): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, change, resolve, reject });
      if (!this.#isWriting) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const taken = this.#waiting;
      this.#waiting = [];
      try {
        await this.#put(taken);
        for (const { resolve } of taken) resolve();
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    this.#isWriting = false;
  }

  async #put(told: readonly Told[]): Promise<void> {
    let atLeast = 0;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const version = Math.max(this.#log.version() + 1, atLeast);
      const values = this.#changed(told, version);
      if (values.length === 0) return;
      const body = JSON.stringify(values.map(presenceRecord));
      const appended = await this.#log.append(body, version);
      if (appended.kind !== 'taken' || this.#stands(values)) return;
      atLeast = appended.version + 1;
    }
    throw new DurableChatError(
      'store-unavailable',
      `Presence was not written: ${MAX_TRIES} times somebody else was faster.`,
    );
  }

  /** All that is said, each change made to what the one before it left. */
  #changed(told: readonly Told[], version: number): PresenceValue[] {
    const values = new Map<string, PresenceValue>();
    for (const { key, change } of told) {
      const value = change(values.get(key) ?? this.#log.known(key));
      if (value !== undefined) values.set(key, { ...value, version });
    }
    return [...values.values()];
  }

  #stands(values: readonly PresenceValue[]): boolean {
    const { known } = this.#log;
    return values.every((value) =>
      isSame(known(presenceRecord(value).key), value),
    );
  }
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
