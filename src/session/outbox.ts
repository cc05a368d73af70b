import type { UIMessage } from 'ai';
import type { ReconnectPolicy } from '../client/index.js';
import { DurableChatError, hasSameContent } from '../protocol/index.js';
import { mayPass, untilRetry } from './retries.js';
import type { SessionRequestOptions } from './session-requests.js';

/** A message of this page that is not in the log yet, as far as is known here. */
export interface UnsentMessage<UI_MESSAGE extends UIMessage = UIMessage> {
  readonly message: UI_MESSAGE;
  /** Whether it edits a message. */
  readonly replaces: boolean;
  /** Why the server did not take it; until it is sent again it is not shown. */
  readonly error: DurableChatError | undefined;
}

/** A message that is to be sent. */
export interface Sendable extends SessionRequestOptions {
  readonly message: UIMessage;
  /** Whether it edits a message. */
  readonly replaces: boolean;
}

export interface OutboxOptions {
  readonly policy: ReconnectPolicy;
  readonly post: (sendable: Sendable) => Promise<unknown>;
  /** The server does not take it; called before `onChange`. */
  readonly onRejected: (message: UIMessage, error: DurableChatError) => void;
  readonly onChange: () => void;
}

interface Entry {
  readonly sendable: Sendable;
  unsent: UnsentMessage;
  readonly sent: PromiseWithResolvers<void>;
  isStored: boolean;
  /** Whether a record of the message came since it was given. */
  isSeen: boolean;
  /** Stored before the connection began that there is now. */
  isOld: boolean;
}

/**
 * Sends messages one after the other, each until the server has said yes or no.
 * What is sent twice, for an answer was lost, is stored once: a message's id
 * says which it is. An entry stays until its record has come.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #entries: readonly Entry[] = [];
  #unsent: readonly UnsentMessage[] = [];
  #isSending = false;
  #wake: () => void = () => undefined;
  #isClosed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get unsent(): readonly UnsentMessage[] {
    return this.#unsent;
  }

  /**
   * Resolves when it is stored; rejects when the server does not take it, which
   * nobody has to catch: `unsent` tells it, too.
   */
  send(sendable: Sendable): Promise<void> {
    if (this.#isClosed) return Promise.reject(closed());
    const { message, replaces } = sendable;
    const { id } = message;
    const entry: Entry = {
      sendable,
      unsent: { message, replaces, error: undefined },
      sent: Promise.withResolvers(),
      isStored: false,
      isSeen: false,
      isOld: false,
    };
    entry.sent.promise.catch(() => undefined);
    // The same message again is another try.
    this.#keep(
      (other) => other.unsent.error === undefined || idOf(other) !== id,
    );
    this.#set([...this.#entries, entry]);
    void this.#sendAll();
    return entry.sent.promise;
  }

  /** A record of a message came; in a snapshot it may be an older one. */
  see(message: UIMessage, isLive: boolean): void {
    const entry = this.#entries.find((one) => idOf(one) === message.id);
    if (entry === undefined) return;
    const { replaces } = entry.unsent;
    const isSame = hasSameContent(entry.unsent.message, message);
    if (isSame || !replaces) this.#store(entry);
    entry.isSeen ||= isLive || isSame || !replaces;
    this.#sweep();
  }

  /** A connection is made: what it begins with has all that is stored by now. */
  onOpening(): void {
    for (const entry of this.#entries) entry.isOld = entry.isStored;
  }

  /** A snapshot has come, and its records: what it lacks was taken back. */
  onSnapshot(): void {
    this.#keep((entry) => !entry.isOld);
  }

  /** Lets go of what the server did not take. */
  dropRejected(): void {
    this.#keep(({ unsent }) => unsent.error === undefined);
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
    for (const { sent } of this.#entries) sent.reject(closed());
    this.#set([]);
  }

  async #sendAll(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    const { policy } = this.#options;
    for (let tries = 0; ;) {
      const entry = this.#entries.find(
        ({ isStored, unsent }) => !isStored && unsent.error === undefined,
      );
      if (entry === undefined) break;
      tries = (await this.#sendOne(entry)) ? 0 : tries + 1;
      if (tries > 0 && !entry.isStored) {
        await untilRetry(policy, tries, (wake) => (this.#wake = wake));
      }
    }
    this.#isSending = false;
  }

  /** Whether that is settled: the server has it, or does not want it. */
  async #sendOne(entry: Entry): Promise<boolean> {
    try {
      await this.#options.post(entry.sendable);
      this.#store(entry);
      this.#sweep();
    } catch (error) {
      if (entry.isStored) return true;
      if (mayPass(error)) return false;
      const rejection = asError(error);
      entry.unsent = { ...entry.unsent, error: rejection };
      this.#options.onRejected(entry.unsent.message, rejection);
      this.#set(this.#entries);
      entry.sent.reject(rejection);
    }
    return true;
  }

  #store(entry: Entry): void {
    if (entry.isStored) return;
    entry.isStored = true;
    entry.sent.resolve();
    this.#wake();
    this.#set(this.#entries);
  }

  #sweep(): void {
    this.#keep(({ isSeen, isStored }) => !(isSeen && isStored));
  }

  #keep(isKept: (entry: Entry) => boolean): void {
    if (!this.#entries.every(isKept)) this.#set(this.#entries.filter(isKept));
  }

  #set(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#unsent = entries.map(({ unsent }) => unsent);
    this.#options.onChange();
  }
}

const idOf = ({ unsent }: Entry): string => unsent.message.id;

const asError = (error: unknown): DurableChatError =>
  error instanceof DurableChatError
    ? error
    : new DurableChatError('rejected', String(error), { cause: error });

const closed = (): DOMException =>
  new DOMException('The session is closed.', 'AbortError');
