import type { UIMessage } from 'ai';
import {
  decodeRecord,
  plainMessage,
  type AppRecord,
  type DurableChatError,
  type LogRecord,
  type StandardSchema,
} from '../protocol/index.js';
import { RunWatch } from './run-watch.js';
import type { SessionEvents } from './session-events.js';
import type { RecordBatch } from './session-feed.js';
import type { SessionSnapshot } from './session-snapshot.js';
import { SessionState } from './session-state.js';

export interface SessionReaderOptions {
  /** What checks the values of the app's own types. */
  readonly schemas: Readonly<Record<string, StandardSchema>>;
  readonly events: SessionEvents;
  readonly onChange: () => void;
  /** A message was recorded; unless live, maybe as it was long ago. */
  readonly onMessage: (message: UIMessage, isLive: boolean) => void;
  /** A snapshot of the session was read. */
  readonly onSnapshot: () => void;
}

/** Takes in what comes of a session, and says what it adds up to. */
export class SessionReader {
  readonly #options: SessionReaderOptions;
  readonly #appTypes: ReadonlySet<string>;
  readonly #watch = new RunWatch();
  #state = new SessionState();
  #actorId: string | undefined;
  #clockLeadMs = 0;
  #told: SessionSnapshot | undefined;
  /** Waits until the first of those who are present is no more. */
  #expiry: ReturnType<typeof setTimeout> | undefined;
  #present: SessionSnapshot['presence'] | undefined;

  constructor(options: SessionReaderOptions) {
    this.#options = options;
    this.#appTypes = new Set(Object.keys(options.schemas));
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
      const decoded = decodeRecord(item, this.#appTypes);
      if (decoded.kind === 'record') {
        this.#apply(decoded.record, snapshotFor === undefined);
      } else if (decoded.kind === 'app' && this.#isRight(decoded.record)) {
        this.#state.applyAppRecord(decoded.record);
      }
    }
    if (snapshotFor !== undefined) this.#options.onSnapshot();
  }

  /** Nothing more has come for now: whoever looks is told. */
  pause(): void {
    this.#dropExpired();
    if (this.#told !== this.state) {
      this.#told = this.state;
      this.#options.onChange();
    }
    this.#options.events.tell(this.state.messages);
  }

  close(): void {
    clearTimeout(this.#expiry);
  }

  /** A schema that takes its time cannot say so in the log's order. */
  #isRight({ type, value, headers }: AppRecord): boolean {
    if (headers.operation === 'delete') return true;
    const result = this.#options.schemas[type]?.['~standard'].validate(value);
    // Valibot gives back the value beside what is wrong with it.
    return result !== undefined && 'value' in result && !result.issues;
  }

  #apply(record: LogRecord, isLive: boolean): void {
    this.#state.apply(record);
    const { events } = this.#options;
    if (record.type === 'chunk') events.onChunks(record.value, isLive);
    if (record.type === 'run') {
      const ended = this.#watch.observe(record.value, isLive);
      if (ended !== undefined) events.onEnd(ended);
    }
    if (record.type === 'message' && record.value !== undefined) {
      this.#options.onMessage(plainMessage(record.value), isLive);
    }
  }

  /** By the server's clock, which wrote the times. */
  #dropExpired(): void {
    if (this.#present === this.state.presence) return;
    clearTimeout(this.#expiry);
    const now = Date.now() + this.#clockLeadMs;
    this.#state.dropExpired(now);
    this.#present = this.state.presence;
    const times = this.#present.map(({ expiresAt }) => expiresAt);
    if (times.length === 0) return;
    const wait = (): void => {
      this.#present = undefined;
      this.pause();
    };
    this.#expiry = setTimeout(wait, Math.min(...times) - now);
  }
}
