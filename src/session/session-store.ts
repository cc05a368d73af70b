import type { UIMessage } from 'ai';
import { ConnectionStore, type ReconnectPolicy } from '../client/index.js';
import type { DurableChatError } from '../protocol/index.js';
import type { DurableSessionSnapshot } from './durable-session-snapshot.js';
import { loadTabs } from './load-tabs.js';
import type { Outbox } from './outbox.js';
import type { OwnPresence } from './own-presence.js';
import { sameFields, sameItems } from './same-items.js';
import type { SessionEvents } from './session-events.js';
import { SessionFeed } from './session-feed.js';
import type { SessionReader } from './session-reader.js';
import type { SessionRequests } from './session-requests.js';
import { withUnsent } from './with-unsent.js';

export interface SessionStoreOptions {
  readonly policy: ReconnectPolicy;
  readonly requests: SessionRequests;
  readonly reader: SessionReader;
  readonly outbox: Outbox;
  readonly events: SessionEvents;
  readonly presence: OwnPresence;
}

/** What a session shows, and the connection that it has while somebody looks. */
export class SessionStore<UI_MESSAGE extends UIMessage> {
  readonly #options: SessionStoreOptions;
  readonly #connection = new ConnectionStore();
  readonly #listeners = new Set<() => void>();
  #stopListening: (() => void) | undefined;
  #feed: SessionFeed | undefined;
  #offset: string | undefined;
  /** Why the session cannot be followed. */
  #refusal: DurableChatError | undefined;
  /** What went wrong with what was last done here. */
  #failure: DurableChatError | undefined;
  #isClosed = false;
  #snapshot: DurableSessionSnapshot<UI_MESSAGE> | undefined;
  #isStale = true;

  constructor(options: SessionStoreOptions) {
    this.#options = options;
  }

  getSnapshot(): DurableSessionSnapshot<UI_MESSAGE> {
    if (this.#isStale || this.#snapshot === undefined) {
      this.#isStale = false;
      this.#snapshot = sameFields(this.#snapshot, this.#take());
    }
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    // A function of its own, for the same one may subscribe twice.
    const own = (): void => listener();
    this.#listeners.add(own);
    this.#connect();
    return () => {
      this.#listeners.delete(own);
      // Who comes back at once, as React's StrictMode does, never left.
      setTimeout(() => {
        if (this.#listeners.size === 0) this.#disconnect();
      });
    };
  }

  reconnect(): void {
    if (this.#listeners.size === 0) return;
    this.#disconnect();
    this.#connect();
  }

  clearError(): void {
    this.#refusal = undefined;
    this.forgetFailure();
    this.#options.outbox.dropRejected();
    this.changed();
  }

  /** Something is done anew: what went wrong before is past. */
  forgetFailure(): void {
    this.#failure = undefined;
    this.#options.reader.clearError();
  }

  close(): void {
    this.#isClosed = true;
    this.#disconnect();
  }

  /** What was done here went wrong; to be followed by `changed`. */
  fail(error: DurableChatError): void {
    this.#failure = error;
    this.#options.events.onError(error);
  }

  /** What is shown may be another now. */
  changed(): void {
    this.#isStale = true;
    for (const listener of this.#listeners) listener();
    this.#options.events.tell(this.getSnapshot().messages);
  }

  #connect(): void {
    if (this.#feed !== undefined || this.#isClosed) return;
    this.#refusal = this.#failure = undefined;
    this.#stopListening = this.#connection.subscribe(() => this.changed());
    const { policy, requests, reader, outbox, presence } = this.#options;
    this.#feed = new SessionFeed(
      {
        policy,
        loadTabs: () => loadTabs(requests, presence),
        actorId: () => reader.actorId,
        open: (after, signal, isPresent) =>
          requests.open(after, signal, isPresent),
        onOpening: () => outbox.onOpening(),
        onRecords: (batch) => reader.read(batch),
        onPause: () => reader.pause(),
        onState: (state) => {
          this.#connection.report(this, state);
          // Who refuses it says so to who set it.
          if (state.name === 'reading') presence.tell().catch(ignore);
        },
        onEnd: (error) => {
          this.#refusal = error;
          this.fail(error);
          this.changed();
        },
      },
      this.#offset,
    );
  }

  #disconnect(): void {
    this.#offset = this.#feed?.offset ?? this.#offset;
    this.#feed?.close();
    this.#feed = undefined;
    this.#stopListening?.();
  }

  #take(): DurableSessionSnapshot<UI_MESSAGE> {
    const { reader, outbox } = this.#options;
    const { state, actorId, runError } = reader;
    const { unsent } = outbox;
    const error = this.#refusal ?? this.#failure ?? runError;
    const isSending = unsent.some((one) => !one.error);
    const isWaiting = isSending || reader.isAwaiting;
    const idle = error === undefined ? 'ready' : 'error';
    const status = isWaiting ? 'submitted' : idle;
    // CAST: what the app's messages are like, the app says.
    return {
      ...state,
      messages:
        unsent.length === 0
          ? state.messages
          : sameItems(
              this.#snapshot?.messages ?? [],
              withUnsent(state.messages, unsent),
            ),
      unsent,
      status: state.runs.length > 0 ? 'streaming' : status,
      connection: this.#connection.getSnapshot(),
      error,
      actorId,
    } as unknown as DurableSessionSnapshot<UI_MESSAGE>;
  }
}

const ignore = (): void => undefined;
