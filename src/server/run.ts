import type { UIMessage } from 'ai';
import {
  loadChatState,
  registerRun,
  RunTee,
  RunWriter,
  type LoadedState,
  type Registration,
  type RunPlan,
} from '../log/index.js';
import {
  encodeFrame,
  INTERRUPTED_CALL,
  terminalChunk,
  type RunStatus,
  type StreamChunk,
} from '../protocol/index.js';
import { answerSource, type AnswerSource } from './answer-source.js';
import type { ChatContext } from './chat-context.js';
import { LiveBody } from './live-body.js';
import { settledWithin } from './settled-within.js';
import { tellFinished } from './tell-finished.js';
import { writeHistory } from './write-history.js';

type Terminal = Exclude<RunStatus, 'active'>;

/** What readers see of an error that `onError` gave no text for. */
const MASKED_ERROR = 'An error occurred.';

/**
 * How long an ended run keeps the live reader waiting for its last append, so
 * that who sees the end finds it in the log too.
 */
const END_PATIENCE_MS = 1_000;

/** How long a source may take to end after the run was stopped. */
const DRAIN_MS = 5_000;

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
}

/**
 * One production of chunks into one message: reads the source once and tees it
 * to the live reader and to the log. It outlives its readers.
 */
export class Run {
  readonly live: LiveBody;
  /** Settles once it is known whether the run is in the log. Never rejects. */
  readonly registered: Promise<Registration | undefined>;
  /** Settles when the run's end is in the log, or never will be. */
  readonly ended: Promise<void>;
  /** Settles when the history is written too. Never rejects. */
  readonly settled: Promise<void>;
  readonly #context: ChatContext;
  readonly #plan: RunPlan;
  readonly #abort = new AbortController();
  readonly #writer: RunWriter;
  readonly #tee: RunTee;
  readonly #begin = Promise.withResolvers<boolean>();
  readonly #end = Promise.withResolvers<void>();
  readonly #settle = Promise.withResolvers<void>();
  #source: AnswerSource | undefined;
  #status: RunStatus = 'active';

  constructor(context: ChatContext, { plan, loaded }: RunStart) {
    this.#context = context;
    this.#plan = plan;
    this.live = new LiveBody(context.options.heartbeatMs);
    this.#writer = new RunWriter(context, {
      chatId: plan.chatId,
      runId: plan.value.id,
      onSealed: () => void this.#onSealed(),
      onLost: (error) => this.#report(error, 'store'),
    });
    this.#tee = new RunTee({
      runId: plan.value.id,
      messageId: plan.value.messageId,
      base: baseOf(plan),
      writer: this.#writer,
      deliver: ({ text }, cursor) => this.#deliver(text, cursor),
      keepChunks: context.options.onFinish !== undefined,
    });
    this.ended = this.#end.promise;
    this.settled = this.#settle.promise;
    const prior = context.runs.ofChat(plan.chatId);
    context.runs.add(this);
    this.registered = this.#register(prior, loaded);
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

  get idempotencyKey(): string | undefined {
    return this.#plan.value.idempotencyKey;
  }

  get isActive(): boolean {
    return this.#status === 'active';
  }

  /** Fires when the run is to stop; never because a reader went away. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Lets the first append begin: at once, or when the first token has left. */
  begin(when: 'now' | 'after-first-token'): void {
    if (when === 'now') this.#begin.resolve(true);
    else setTimeout(() => this.#begin.resolve(true), HEAD_START_MS);
  }

  /** Plays what the app answered: a result, a stream or a response. */
  async play(result: unknown): Promise<void> {
    this.begin('after-first-token');
    try {
      this.#source = answerSource(result, (error) => this.#errorText(error));
      await this.#drain(this.#source);
      await this.#finish('done');
    } catch (error) {
      await this.fail(error);
    }
  }

  /** Ends the run because the app could not answer. */
  async fail(error: unknown): Promise<void> {
    this.begin('now');
    if (!this.isActive) return;
    if (this.signal.aborted) await this.#finish('stopped');
    else await this.#finish('failed', this.#errorText(error));
  }

  /** Ends the run as stopped; resolves when that is in the log. */
  async stop(): Promise<void> {
    if (this.isActive) void this.#finish('stopped');
    await this.ended;
  }

  /** The app answered with something else: as if the run had never been. */
  async abandon(): Promise<void> {
    this.#begin.resolve(false);
    await this.#finish('failed', MASKED_ERROR);
  }

  #deliver(text: string, cursor: (() => string) | undefined): void {
    if (this.live.isOpen) this.live.push(encodeFrame(text, cursor?.()));
  }

  async #drain(source: AnswerSource): Promise<void> {
    for (;;) {
      const chunks = await source.read();
      if (chunks === undefined) return;
      for (const source of chunks) if (this.isActive) this.#take(source);
    }
  }

  #take(source: { chunk: StreamChunk; text: string }): void {
    const { type, errorText } = source.chunk;
    if (type === 'error') void this.#finish('failed', String(errorText));
    else if (type === 'abort') void this.#finish('stopped');
    else this.#tee.push(source);
  }

  /** Once: whatever ends a run first decides how it ended. */
  async #finish(status: Terminal, error?: string): Promise<void> {
    if (!this.isActive) return;
    this.#status = status;
    if (status !== 'done') this.#cutShort(status, error);
    await this.#tellApp(status);
    const stored = this.#storeEnd(status, error);
    const patience = this.#writer.isTroubled ? 0 : END_PATIENCE_MS;
    await settledWithin(stored, patience);
    this.live.end();
    await stored;
    this.#context.runs.remove(this);
    this.#end.resolve();
    if (await this.#isRegistered()) await this.#writeHistory();
    this.#settle.resolve();
  }

  #cutShort(status: Terminal, error: string | undefined): void {
    const end = terminalChunk(status, error);
    if (end !== undefined) this.#tee.pushEnd(end, INTERRUPTED_CALL);
    this.#abort.abort(new Error(`The run was ${status}.`));
    const source = this.#source;
    setTimeout(() => source?.cancel(this.signal.reason), DRAIN_MS);
  }

  async #tellApp(status: Terminal): Promise<void> {
    try {
      await tellFinished(this.#context, {
        plan: this.#plan,
        messageId: this.#tee.messageId,
        status,
        base: baseOf(this.#plan),
        chunks: this.#tee.kept,
      });
    } catch (error) {
      this.#report(error, 'app');
    }
  }

  async #storeEnd(status: Terminal, error?: string): Promise<void> {
    this.#begin.resolve(true);
    if (await this.#isRegistered()) await this.#writer.end(status, error);
    this.#writer.close();
  }

  async #isRegistered(): Promise<boolean> {
    return (await this.registered)?.kind === 'registered';
  }

  async #register(
    prior: readonly Run[],
    loaded: LoadedState | undefined,
  ): Promise<Registration | undefined> {
    if (!(await this.#begin.promise)) return undefined;
    try {
      // On one instance a newer run lets the older one end in good order.
      await Promise.all(prior.map((run) => run.stop()));
      const { chatId } = this.#plan;
      const { runRetry } = this.#context;
      const isFresh = loaded !== undefined && prior.length === 0;
      const known = isFresh
        ? loaded
        : await loadChatState(this.#context, chatId, runRetry);
      const registration = await registerRun(this.#context, this.#plan, known);
      if (registration.kind === 'registered') this.#writer.open(registration);
      else void this.#finish('stopped');
      return registration;
    } catch (error) {
      this.#writer.close();
      this.#report(error, 'store');
      return undefined;
    }
  }

  /** Fenced off: the log knows how this run ended. */
  async #onSealed(): Promise<void> {
    if (!this.isActive) return;
    this.#abort.abort(new Error('The run was ended by somebody else.'));
    const sealed = await loadChatState(this.#context, this.chatId)
      .then(({ state }) => state.runs.get(this.id))
      .catch(() => undefined);
    const wasInterrupted = sealed?.status === 'interrupted';
    await this.#finish(wasInterrupted ? 'interrupted' : 'stopped');
  }

  async #writeHistory(): Promise<void> {
    try {
      await writeHistory(this.#context, this.chatId);
    } catch (error) {
      this.#report(error, 'store');
    }
  }

  #errorText(error: unknown): string {
    return this.#report(error, 'model') ?? MASKED_ERROR;
  }

  #report(
    error: unknown,
    source: 'model' | 'store' | 'app',
  ): string | undefined {
    const { chatId, id: runId } = this;
    return this.#context.report(error, { chatId, runId, source });
  }
}

/** The message that the run continues; `undefined` where it begins its own. */
function baseOf({ messages, value }: RunPlan): UIMessage | undefined {
  const last = messages.at(-1);
  return last?.id === value.messageId ? last : undefined;
}
