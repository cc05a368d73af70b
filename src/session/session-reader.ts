import type { UIMessage } from 'ai';
import {
  decodeRecord,
  plainMessage,
  type DurableChatError,
  type LogRecord,
} from '../protocol/index.js';
import { RunWatch } from './run-watch.js';
import type { RecordBatch } from './session-feed.js';
import type { SessionSnapshot } from './session-snapshot.js';
import { SessionState } from './session-state.js';

export interface SessionReaderOptions {
  readonly onChange: () => void;
  /** A message was recorded; unless live, maybe as it was long ago. */
  readonly onMessage: (message: UIMessage, isLive: boolean) => void;
  /** A snapshot of the session was read. */
  readonly onSnapshot: () => void;
}

/** Takes in what comes of a session, and says what it adds up to. */
export class SessionReader {
  readonly #options: SessionReaderOptions;
  readonly #watch = new RunWatch();
  #state = new SessionState();
  #actorId: string | undefined;
  #clockLeadMs = 0;
  #told: SessionSnapshot | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SessionReaderOptions) {
    this.#options = options;
  }

  get state(): SessionSnapshot {
    return this.#state.snapshot;
  }

  get actorId(): string | undefined {
    return this.#actorId;
  }

  get runError(): DurableChatError | undefined {
    return this.#watch.error;
  }

  /** Whether an own question stands there that an agent is about to answer. */
  get isAwaiting(): boolean {
    const { agents, authors } = this.state;
    // Whether one runs whose triggers are code, nobody knows but the server.
    const isSure = agents.some(({ triggers }) => triggers !== 'custom');
    return isSure && [...this.#watch.awaited].some((id) => authors.has(id));
  }

  await(messageId: string): void {
    this.#watch.await(messageId);
  }

  /** Without an id: nothing is waited for any more. */
  forgetAwaited(messageId?: string): void {
    this.#watch.forgetAwaited(messageId);
  }

  clearError(): void {
    this.#watch.clearError();
  }

  read({ items, snapshotFor, clockLeadMs }: RecordBatch): void {
    this.#clockLeadMs = clockLeadMs;
    if (snapshotFor !== undefined) {
      this.#actorId = snapshotFor;
      this.#state = new SessionState();
    }
    for (const item of items) {
      const decoded = decodeRecord(item);
      if (decoded.kind === 'record') {
        this.#apply(decoded.record, snapshotFor === undefined);
      }
    }
    if (snapshotFor !== undefined) this.#options.onSnapshot();
  }

  /** Nothing more has come for now: whoever looks is told. */
  pause(): void {
    this.#dropExpired();
    if (this.#told === this.state) return;
    this.#told = this.state;
    this.#options.onChange();
  }

  close(): void {
    clearTimeout(this.#expiry);
  }

  #apply(record: LogRecord, isLive: boolean): void {
    this.#state.apply(record);
    if (record.type === 'run') this.#watch.observe(record.value);
    if (record.type === 'message' && record.value !== undefined) {
      this.#options.onMessage(plainMessage(record.value), isLive);
    }
  }

  /** By the server's clock, which wrote the times. */
  #dropExpired(): void {
    clearTimeout(this.#expiry);
    const now = Date.now() + this.#clockLeadMs;
    this.#state.dropExpired(now);
    const times = this.state.presence.map(({ expiresAt }) => expiresAt);
    if (times.length === 0) return;
    this.#expiry = setTimeout(() => this.pause(), Math.min(...times) - now);
  }
}
