import {
  DurableChatError,
  encodeChunkRecord,
  runRecord,
  type RunStatus,
  type RunValue,
} from '../protocol/index.js';
import { Appender, type AppenderEnd } from './appender.js';
import type { ChatLog } from './chat-log.js';
import { processPace } from './flush-pace.js';
import type { Registration } from './register-run.js';
import { runOptions } from './retry-policy.js';
import { StoredRun } from './stored-run.js';

/** How much may wait for the store, per run. */
const MAX_PENDING_BYTES = 8 * 1_048_576;

/** How much goes into one append, so that a backlog does not go in one piece. */
const MAX_BATCH_BYTES = 262_144;

export interface RunWriterOptions {
  readonly chatId: string;
  readonly runId: string;
  /** Somebody else ended this run, or the chat is gone: write nothing more. */
  onSealed(unstored: Unstored): void;
  /** Something could not be stored. Called once. */
  onLost(error: unknown): void;
  /**
   * The process was suspended for longer than the lease: by now the run may
   * have been ended by somebody else. Called before what follows is written.
   */
  onSuspended?(): void;
  /**
   * Until it fires, appends are tried again and again; then writing ends
   * without a word. Without it they are given up as `runRetry` says.
   */
  readonly giveUp?: AbortSignal | undefined;
}

/** What a run has said and the log may not have. */
export interface Unstored {
  /** How many of the run's chunks stand before it. */
  readonly seq: number;
  /** Chunks as JSON text. */
  readonly texts: readonly string[];
}

/** Chunks that wait for something that is stored elsewhere. */
interface Hold {
  /** How many of the run's chunks stand before them. */
  readonly before: number;
  readonly settled: Promise<unknown>;
}

/**
 * A run's way into the log. Chunks wait here as JSON text until an append may
 * take them; nothing that calls `write` ever waits.
 */
export class RunWriter {
  readonly #chats: ChatLog;
  readonly #options: RunWriterOptions;
  #pending: string[] = [];
  #pendingBytes = 0;
  /** How many chunks have been handed to the appender. */
  #taken = 0;
  /** Those of the append under way. */
  #inFlight: readonly string[] = [];
  #value: RunValue | undefined;
  #isRunRecordDue = false;
  #terminal: RunValue | undefined;
  #appender: Appender | undefined;
  #stored: StoredRun | undefined;
  /** The append under way. */
  #batch = '';
  #isClosed = false;
  /** The oldest first. */
  #holds: readonly Hold[] = [];
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #messageId: string | undefined;
  /** When the process was last seen running. */
  #awakeAt = 0;
  #isLogMissing = false;
  /** The offset up to which the run is known to be in the log. */
  offset: string | undefined;

  constructor(chats: ChatLog, options: RunWriterOptions) {
    this.#chats = chats;
    this.#options = options;
  }

  /** What the log has of the run, once it has the run's first append. */
  get stored(): StoredRun | undefined {
    return this.#stored;
  }

  /** How many chunks are in the log, or on their way there. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether appends fail at the moment, or are not possible any more. */
  get isTroubled(): boolean {
    return this.#isClosed || this.#appender?.retrying === true;
  }

  /** Whether an append has found the log gone: the chat was deleted. */
  get isLogMissing(): boolean {
    return this.#isLogMissing;
  }

  /** Begins to append what waits, after the run's first append. */
  open({ value, offset }: Registration & { kind: 'registered' }): void {
    if (this.#isClosed) return;
    this.#value = { ...value, messageId: this.#messageId ?? value.messageId };
    this.#isRunRecordDue = this.#value.messageId !== value.messageId;
    this.offset = offset;
    this.#stored = new StoredRun(value, offset, () => this.#chats.now());
    this.#appender = new Appender({
      target: this.#chats.logOf(this.#options.chatId),
      producer: { id: value.agentId, epoch: value.epoch },
      // The first append was the registration.
      firstSeq: 1,
      flushIntervalMs: () =>
        processPace.pauseMs(this.#chats.flushIntervalMs, this.#chats.now()),
      nextBatch: () => this.#nextBatch(),
      onAccepted: (accepted) => this.#onAccepted(accepted),
      onEnd: (reason) => this.#onEnd(reason),
      ...runOptions(this.#chats.runRetry, value.leaseMs, this.#options.giveUp),
    });
    const beatMs = Math.max(1, Math.floor(value.leaseMs / 3));
    this.#awakeAt = this.#chats.now();
    this.#heartbeat = setInterval(() => this.#beat(), beatMs);
    this.#appender.wake();
  }

  /** The source brought its own message id: the run's record follows it. */
  setMessageId(messageId: string): void {
    this.#messageId = messageId;
    if (this.#value === undefined || this.#value.messageId === messageId)
      return;
    this.#value = { ...this.#value, messageId };
    this.#isRunRecordDue = true;
  }

  write(text: string): void {
    if (this.#isClosed) return;
    this.#noticeSuspension();
    this.#pending.push(text);
    this.#pendingBytes += text.length;
    if (this.#pendingBytes > MAX_PENDING_BYTES) return this.#overflow();
    this.#appender?.wake();
  }

  /**
   * What is written from now on does not go into the log before this has
   * settled: a large part stands there before the chunk that refers to it.
   */
  holdUntil(settled: Promise<unknown>): void {
    const before = this.#taken + this.#pending.length;
    const hold = { before, settled };
    this.#holds = [...this.#holds, hold];
    const release = (): void => {
      this.#holds = this.#holds.filter((other) => other !== hold);
      this.#appender?.wake();
    };
    settled.then(release, release);
  }

  /**
   * Appends the run's end with its last chunks. Resolves when it is in the log,
   * or never will be.
   */
  async end(
    status: Exclude<RunStatus, 'active'>,
    error: string | undefined,
  ): Promise<void> {
    const value = this.#value;
    const appender = this.#appender;
    if (this.#isClosed || value === undefined || appender === undefined) return;
    this.#terminal = {
      ...value,
      status,
      ...(error === undefined ? {} : { error }),
    };
    appender.wake();
    await this.#released();
    await appender.flush();
    this.close();
  }

  /** Writes nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#pending = [];
    clearInterval(this.#heartbeat);
    this.#appender?.stop();
    this.#stored?.close();
  }

  #onAccepted(offset: string | undefined): void {
    this.offset = offset ?? this.offset;
    this.#inFlight = [];
    this.#stored?.accept(this.#batch, offset);
  }

  #nextBatch(): string | undefined {
    const value = this.#value;
    if (value === undefined) return undefined;
    const records: string[] = [];
    if (this.#isRunRecordDue) records.push(this.#runRecord(value));
    const texts = this.#takeTexts();
    this.#inFlight = texts;
    if (texts.length > 0) records.push(this.#chunkRecord(value, texts));
    if (this.#terminal !== undefined && this.#pending.length === 0) {
      records.push(this.#runRecord(this.#terminal));
      this.#terminal = undefined;
      // While this append is under way, nothing may be due after it.
      clearInterval(this.#heartbeat);
    }
    if (records.length === 0) return undefined;
    this.#batch = `[${records.join(',')}]`;
    return this.#batch;
  }

  #runRecord(value: RunValue): string {
    this.#value = { ...value, at: this.#chats.now() };
    this.#isRunRecordDue = false;
    return JSON.stringify(runRecord(this.#value));
  }

  #chunkRecord(value: RunValue, texts: readonly string[]): string {
    const { id: runId, messageId, agentId: actorId } = value;
    const seq = this.#taken - texts.length;
    return encodeChunkRecord({ runId, messageId, actorId, seq }, texts);
  }

  async #released(): Promise<void> {
    while (this.#holds.length > 0) {
      await Promise.allSettled(this.#holds.map(({ settled }) => settled));
    }
  }

  #takeTexts(): readonly string[] {
    let bytes = 0;
    const tooMuch = this.#pending.findIndex((text, index) => {
      bytes += text.length;
      return index > 0 && bytes > MAX_BATCH_BYTES;
    });
    const free = (this.#holds[0]?.before ?? Infinity) - this.#taken;
    const count = Math.min(free, tooMuch === -1 ? Infinity : tooMuch);
    const texts = this.#pending.splice(0, count);
    for (const text of texts) this.#pendingBytes -= text.length;
    this.#taken += texts.length;
    return texts;
  }

  /**
   * Also while chunks flow: only a run record says that the run is alive. Each
   * time, so that a stop is noticed within one beat.
   */
  #beat(): void {
    this.#noticeSuspension();
    this.#isRunRecordDue = true;
    this.#appender?.wake();
  }

  #noticeSuspension(): void {
    if (this.#value === undefined) return;
    const now = this.#chats.now();
    const wasSuspended = now - this.#awakeAt > this.#value.leaseMs;
    this.#awakeAt = now;
    if (wasSuspended) this.#options.onSuspended?.();
  }

  #overflow(): void {
    this.close();
    this.#options.onLost(
      new DurableChatError(
        'store-unavailable',
        `Run ${this.#options.runId}: more than 8 MB wait for the streams server; the rest of the answer is not stored.`,
      ),
    );
  }

  #onEnd(reason: AppenderEnd): void {
    const wasClosed = this.#isClosed;
    this.#isLogMissing = reason.kind === 'missing';
    const seq = this.#taken - this.#inFlight.length;
    const unstored = { seq, texts: [...this.#inFlight, ...this.#pending] };
    this.close();
    if (wasClosed) return;
    if (reason.kind === 'failed') this.#options.onLost(reason.error);
    else this.#options.onSealed(unstored);
  }
}
