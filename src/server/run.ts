import type { UIMessage } from 'ai';
import {
  learnEnd,
  RunTee,
  type Registration,
  type RunPlan,
  type SourceChunk,
} from '../log/index.js';
import {
  INTERRUPTED_CALL,
  terminalChunk,
  type RunFormat,
  type RunStatus,
} from '../protocol/index.js';
import { answerSource, type AnswerSource } from './answer-source.js';
import type { ChatContext } from './chat-context.js';
import { ChunkLane } from './chunk-lane.js';
import { drainSource } from './drain-source.js';
import { LiveBody, type OnLeft } from './live-body.js';
import { Recording, type RunStart } from './recording.js';
import { RunEvents } from './run-events.js';
import { settledWithin } from './settled-within.js';
import { tellFinished } from './tell-finished.js';

type Terminal = Exclude<RunStatus, 'active'>;

/** What readers see of an error that `onError` gave no text for. */
const MASKED_ERROR = 'An error occurred.';

/**
 * One production of chunks into one message: reads the source once and tees it
 * to the live reader and to the log. It outlives its readers.
 */
export class Run {
  readonly live: LiveBody;
  /** The run's side of the log. */
  readonly recording: Recording;
  /** Settles when the run's end is in the log, or never will be. */
  readonly ended: Promise<void>;
  /** Settles when the history is written too. Never rejects. */
  readonly settled: Promise<void>;
  readonly #context: ChatContext;
  readonly #plan: RunPlan;
  readonly #events: RunEvents | undefined;
  readonly #abort = new AbortController();
  readonly #tee: RunTee;
  readonly #end = Promise.withResolvers<void>();
  readonly #settle = Promise.withResolvers<void>();
  #status: RunStatus = 'active';
  #isAbandoned = false;
  #isSealed = false;

  constructor(context: ChatContext, start: RunStart) {
    const { plan } = start;
    this.#context = context;
    this.#plan = plan;
    const { isAlone = true } = start;
    const events = RunEvents.of(context, plan, this.isContinuation);
    this.#events = events;
    // An agent's run has no live reader, nor has one that is not answered.
    const onLeft: OnLeft = (reason, lagBytes) => {
      if (!this.#isAbandoned) this.#events?.onLiveReaderLeft(reason, lagBytes);
    };
    const { heartbeatMs } = context.options;
    const isTold = events !== undefined && isAlone;
    this.live = new LiveBody(heartbeatMs, isTold ? onLeft : undefined);
    const prior = isAlone ? context.runs.ofChat(plan.chatId) : [];
    this.recording = new Recording(context, {
      ...start,
      events,
      endPrior: () => stopAll(prior),
      onSealed: () => void this.#onSealed(),
      // The log knows whether the run may still go on: its reader asks there.
      onSuspended: () => this.live.cut(),
      onRefused: (registration) => this.#onRefused(registration),
    });
    this.#tee = new RunTee({
      runId: plan.value.id,
      messageId: plan.value.messageId,
      base: baseOf(plan),
      writer: this.recording.writer,
      deliver: ({ text }, cursor) => this.#deliver(text, cursor),
      keepChunks: context.options.onFinish !== undefined,
    });
    this.ended = this.#end.promise;
    this.settled = this.#settle.promise;
    context.runs.add(this);
  }

  get id(): string {
    return this.#plan.value.id;
  }

  /** The message that the run writes into. */
  get messageId(): string {
    return this.#tee.messageId;
  }

  get chatId(): string {
    return this.#plan.chatId;
  }

  get agentId(): string {
    return this.#plan.value.agentId;
  }

  get idempotencyKey(): string | undefined {
    return this.#plan.value.idempotencyKey;
  }

  /** What its chunks are, where they are not UI message chunks. */
  get format(): RunFormat | undefined {
    return this.#plan.value.format;
  }

  /** Whether it goes on with a message that was there before. */
  get isContinuation(): boolean {
    return baseOf(this.#plan) !== undefined;
  }

  get isActive(): boolean {
    return this.#status === 'active';
  }

  /** Whether something else is answered in its place. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Fires when the run is to stop; never because a reader went away. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Plays what the app answered: a result, a stream or a response. */
  async play(result: unknown): Promise<void> {
    this.recording.begin('after-first-token');
    try {
      const source = answerSource(result, {
        errorText: (error) => this.#errorText(error),
        format: this.format,
      });
      await this.#drain(source);
      await this.#finish('done');
    } catch (error) {
      await this.fail(error);
    }
  }

  /** Ends the run because the app could not answer. */
  async fail(error: unknown): Promise<void> {
    if (this.isActive) await this.#finish('failed', this.#errorText(error));
  }

  /** Ends the run as stopped; resolves when that is in the log. */
  async stop(): Promise<void> {
    if (this.isActive) void this.#finish('stopped');
    await this.ended;
  }

  /**
   * Something else is answered in its place: as if the run had never been,
   * where it is not in the log yet. `onFinish` is not told of it.
   */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    this.recording.forgo();
    await this.#finish('failed', MASKED_ERROR);
  }

  async #drain(source: AnswerSource): Promise<void> {
    const lane = new ChunkLane({
      // In UTF-8 a character takes up to three bytes.
      largeLength: this.#context.options.inlineLimitBytes / 3,
      outline: (chunk) => this.recording.outline(chunk, this.signal),
      deliver: (chunk) => this.#take(chunk),
    });
    try {
      await drainSource(source, { signal: this.signal, onChunk: lane.push });
    } finally {
      await lane.idle();
    }
  }

  #deliver(text: string, cursor: (() => string) | undefined): void {
    this.live.push(text, cursor);
  }

  #take(source: SourceChunk): void {
    if (!this.isActive) return;
    const { type, errorText } = source.chunk;
    if (type === 'error') void this.#finish('failed', String(errorText));
    else if (type === 'abort') void this.#finish('stopped');
    else {
      this.#events?.onChunk(source.chunk);
      this.#tee.push(source);
    }
  }

  /** Once: whatever ends a run first decides how it ended. */
  async #finish(status: Terminal, error?: string): Promise<void> {
    if (!this.isActive) return;
    this.#status = status;
    await this.#conclude(status, error);
  }

  /** Fenced off: the log knows how this run ended. */
  async #onSealed(): Promise<void> {
    this.#isSealed = true;
    const wasActive = this.isActive;
    // From here on nothing of the source counts, nor how it takes the abort.
    if (wasActive) this.#status = 'stopped';
    this.#abort.abort(new Error('The run was ended by somebody else.'));
    const { chatId, id } = this;
    const status = await learnEnd(this.#context, chatId, id).catch(
      () => 'stopped' as const,
    );
    if (wasActive) await this.#conclude(status);
  }

  #onRefused({ kind }: Registration): void {
    const isElsewhere = kind === 'repeated' || kind === 'busy';
    if (isElsewhere) this.#isAbandoned = true;
    void this.#finish('stopped');
  }

  async #conclude(status: Terminal, error?: string): Promise<void> {
    this.#events?.onOver();
    if (status !== 'done') this.#cutShort(status, error);
    await this.#tellApp(status);
    const { recording } = this;
    const stored = recording.end(status, error);
    await settledWithin(stored, recording.endPatienceMs);
    // Ended by somebody else just before it came to its own end.
    const isCut = (): boolean =>
      this.#isSealed && !recording.isKept && status === 'done';
    if (isCut()) this.#cutShort('stopped');
    this.live.end();
    await stored;
    this.#context.runs.remove(this);
    this.#tellEnded(status, isCut());
    this.#end.resolve();
    await recording.writeHistory();
    this.#settle.resolve();
  }

  #cutShort(status: Terminal, error?: string): void {
    const end = terminalChunk(status, error);
    if (end !== undefined) this.#tee.pushEnd(end, INTERRUPTED_CALL);
    this.#abort.abort(new Error(`The run was ${status}.`));
  }

  async #tellApp(status: Terminal): Promise<void> {
    if (this.#isAbandoned) return;
    try {
      await tellFinished(this.#context, {
        plan: this.#plan,
        messageId: this.#tee.messageId,
        status,
        base: baseOf(this.#plan),
        chunks: this.#tee.kept,
      });
    } catch (error) {
      const { chatId, id: runId } = this;
      this.#context.report(error, { chatId, runId, source: 'app' });
    }
  }

  #tellEnded(status: Terminal, isCut: boolean): void {
    const asShown = isCut ? 'stopped' : status;
    this.#events?.onEnded({
      messageId: this.messageId,
      status: this.#isAbandoned ? 'abandoned' : asShown,
      chunks: this.#tee.sent,
      isStored: this.recording.isStored && !isCut,
      isSealed: this.#isSealed,
    });
  }

  #errorText(error: unknown): string {
    const { chatId, id: runId } = this;
    const context = { chatId, runId, source: 'model' } as const;
    this.#events?.onError(error);
    return this.#context.report(error, context) ?? MASKED_ERROR;
  }
}

/** `undefined` where there is none. */
function stopAll(runs: readonly Run[]): Promise<unknown> | undefined {
  if (runs.length === 0) return undefined;
  return Promise.all(runs.map((run) => run.stop()));
}

/** The message that the run continues; `undefined` where it begins its own. */
function baseOf({ messages, value }: RunPlan): UIMessage | undefined {
  const last = messages.at(-1);
  return last?.id === value.messageId ? last : undefined;
}
