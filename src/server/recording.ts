import {
  registerRun,
  RunWriter,
  type ChatLog,
  type LoadedState,
  type Registration,
  type RunPlan,
  type SourceChunk,
  type Unstored,
} from '../log/index.js';
import { DurableChatError, type RunStatus } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { keepAnswer } from './keep-answer.js';
import { loadAfterRun } from './load-after-run.js';
import { hasReadMore } from './read-more.js';
import { RunBlobs } from './run-blobs.js';
import type { RunEvents } from './run-events.js';
import { watchedTarget } from './store-watch.js';
import { writeHistory } from './write-history.js';

/**
 * How long an ended run keeps the live reader waiting for its last append, so
 * that who sees the end finds it in the log too.
 */
const END_PATIENCE_MS = 1_000;

/**
 * How long a first append lets the first token go ahead: both want the same
 * process, and only one has somebody waiting.
 */
const HEAD_START_MS = 10;

/** What a run begins with. */
export interface RunStart {
  readonly plan: RunPlan;
  /** The chat, where it was read already. */
  readonly loaded?: LoadedState | undefined;
  /** Whether it ends the chat's other runs. Default: it does. */
  readonly isAlone?: boolean | undefined;
}

export interface RecordingOptions extends RunStart {
  /** Where somebody listens. */
  readonly events: RunEvents | undefined;
  /** Ends what this instance still runs in the chat. */
  readonly endPrior: () => Promise<unknown> | undefined;
  /** Somebody else ended the run. */
  readonly onSealed: () => void;
  /** This process was suspended for longer than the lease. */
  readonly onSuspended: () => void;
  /** The run is not to be: another answers the same POST, or it was stopped. */
  readonly onRefused: (registration: Registration) => void;
}

/**
 * A run's side of the log: its first append, its chunks, its end and the
 * history after it. Nothing here ever rejects; what could not be stored is
 * reported once.
 */
export class Recording {
  /** Whether the run is to be put into the log; settles when that is known. */
  readonly begun: Promise<boolean>;
  /** Settles once it is known whether the run is in the log. */
  readonly registered: Promise<Registration | undefined>;
  readonly writer: RunWriter;
  readonly #context: ChatContext;
  /** The same, watched for this run. */
  readonly #chats: ChatLog;
  readonly #options: RecordingOptions;
  readonly #begin = Promise.withResolvers<boolean>();
  readonly #giveUp = new AbortController();
  readonly #blobs: RunBlobs;
  #registration: Registration | undefined;
  #begunAt: number | undefined;
  #isLost = false;
  #isKept = false;
  #unstored: Unstored | undefined;

  constructor(context: ChatContext, options: RecordingOptions) {
    this.#context = context;
    this.#options = options;
    this.#chats = this.#watched(context);
    this.writer = new RunWriter(this.#chats, {
      chatId: options.plan.chatId,
      runId: options.plan.value.id,
      giveUp: this.#giveUp.signal,
      onSealed: (unstored) => {
        this.#unstored = unstored;
        options.onSealed();
      },
      onSuspended: options.onSuspended,
      onLost: (error) => this.#lose(error),
    });
    this.#blobs = new RunBlobs(context, {
      chatId: options.plan.chatId,
      runId: options.plan.value.id,
      giveUp: this.#giveUp.signal,
    });
    this.begun = this.#begin.promise;
    this.registered = this.#register();
  }

  /** What `registered` came to, so far. */
  get registration(): Registration | undefined {
    return this.#registration;
  }

  /** Whether the log has all of the run, as far as that is known. */
  get isStored(): boolean {
    const { kind } = this.#registration ?? {};
    const isIn = kind === 'registered' || kind === 'stopped';
    return isIn && !this.#isLost && !this.writer.isLogMissing;
  }

  /** Whether the log has all of the answer, though somebody else ended its run. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Lets the first append begin: at once, or when the first token has left. */
  begin(when: 'now' | 'after-first-token'): void {
    if (when === 'now') this.#begin.resolve(true);
    else setTimeout(() => this.#begin.resolve(true), HEAD_START_MS);
  }

  /** Nothing is to be written, where that has not begun yet. */
  forgo(): void {
    this.#begin.resolve(false);
  }

  /** Tries no more to write what is not written yet. */
  giveUp(): void {
    const { id } = this.#options.plan.value;
    const reason = new DurableChatError(
      'store-unavailable',
      `Run ${id} could not be stored to its end: the streams server gave no answer. What is not in the log yet is lost.`,
    );
    this.#giveUp.abort(reason);
  }

  /**
   * How long the live reader may be kept waiting for `end`. Not at all while
   * the store is away: nobody would find the end there anyway.
   */
  get endPatienceMs(): number {
    if (this.writer.isTroubled) return 0;
    const now = this.#context.now();
    const isPending = this.#registration === undefined;
    const waited = isPending ? now - (this.#begunAt ?? now) : 0;
    return Math.max(0, END_PATIENCE_MS - waited);
  }

  /** The chunk as it goes on, its large part stored beside the log. */
  async outline(
    chunk: SourceChunk,
    stopped: AbortSignal,
  ): Promise<SourceChunk> {
    // Nobody will see it.
    if (stopped.aborted) return chunk;
    const { source, stored } = await this.#blobs.outlineChunk(chunk);
    if (stored !== undefined) this.writer.holdUntil(stored);
    return source;
  }

  /** Resolves when the run's end is in the log, or never will be. */
  async end(
    status: Exclude<RunStatus, 'active'>,
    error: string | undefined,
  ): Promise<void> {
    this.begin('now');
    const { runPatienceMs } = this.#context;
    const timer = setTimeout(() => this.giveUp(), runPatienceMs);
    const registration = await this.registered;
    const isIn = registration?.kind === 'registered';
    if (isIn) await this.writer.end(status, error);
    this.writer.close();
    if (status === 'done') await this.#keepUnstored();
    clearTimeout(timer);
    const { signal } = this.#giveUp;
    if (signal.aborted) this.#lose(signal.reason);
  }

  /** Somebody ended the run when its answer had come to its end. */
  async #keepUnstored(): Promise<void> {
    const unstored = this.#unstored;
    if (unstored === undefined) return;
    const { chatId, value } = this.#options.plan;
    const answer = { chatId, runId: value.id, unstored };
    try {
      this.#isKept = await keepAnswer(this.#context, answer);
    } catch (error) {
      this.#lose(error);
    }
  }

  async writeHistory(): Promise<void> {
    const registration = this.#registration;
    if (this.#isLost || registration === undefined) return;
    if (registration.kind === 'repeated' || registration.kind === 'busy')
      return;
    const { chatId, value } = this.#options.plan;
    const isIn = registration.kind === 'registered';
    const before = isIn ? registration.before : undefined;
    const ended = { runId: value.id, before };
    try {
      if (this.writer.isLogMissing) await this.#blobs.removeIfChatIsGone();
      await writeHistory(this.#context, chatId, () =>
        loadAfterRun(this.#context, chatId, ended),
      );
    } catch (error) {
      this.#lose(error);
    }
  }

  async #register(): Promise<Registration | undefined> {
    if (!(await this.begun)) return undefined;
    const { plan, loaded, endPrior, onRefused } = this.#options;
    this.#begunAt = this.#context.now();
    try {
      // On one instance a newer run lets the older one end in good order.
      const ended = endPrior();
      await ended;
      const known = ended === undefined ? loaded : undefined;
      const patient: RunPlan = {
        ...plan,
        giveUp: this.#giveUp.signal,
        toRecord: (message) => this.#blobs.outlineMessage(message),
        readMore: (state, posted) => hasReadMore(this.#context, state, posted),
      };
      const registration = await registerRun(this.#chats, patient, known);
      this.#registration = registration;
      if (registration.kind === 'registered') {
        this.#options.events?.onSuperseded(registration.superseded);
        this.writer.open(registration);
      } else onRefused(registration);
      return registration;
    } catch (error) {
      this.writer.close();
      this.#lose(error);
      return undefined;
    }
  }

  #watched(context: ChatContext): ChatLog {
    const { store } = context;
    if (store === undefined) return context;
    const { chatId, value } = this.#options.plan;
    const runId = value.id;
    const chunks = (): number => this.writer.taken;
    const watched = { chatId, runId, stream: 'log', chunks } as const;
    const target = watchedTarget(context.logOf(chatId), store, watched);
    return { ...context, logOf: () => target };
  }

  #lose(error: unknown): void {
    if (this.#isLost) return;
    this.#isLost = true;
    // What is not whole is not begun any more, either.
    this.#giveUp.abort(error);
    const { chatId, value } = this.#options.plan;
    const runId = value.id;
    this.#context.report(error, { chatId, runId, source: 'store' });
  }
}
