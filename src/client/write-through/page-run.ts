import {
  registerRun,
  RunTee,
  RunWriter,
  type ChatLog,
  type RunPlan,
} from '../../log/index.js';
import {
  DurableChatError,
  INTERRUPTED_CALL,
  isStreamChunk,
  terminalChunk,
  type RunStatus,
  type StreamChunk,
} from '../../protocol/index.js';
import type { AnswerReader } from './answer-reader.js';

type Terminal = Exclude<RunStatus, 'active'>;

const FAILED = 'An error occurred.';

/**
 * An answer that the page produces itself: the source's chunks go to the Chat
 * at once, and into the chat's log. It outlives its reader, but not the page.
 */
export class PageRun {
  /** Settles when the run's end is in the log, or never will be. */
  readonly ended: Promise<void>;
  readonly #chats: ChatLog;
  readonly #plan: RunPlan;
  readonly #reader: AnswerReader;
  readonly #abort = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  readonly #writer: RunWriter;
  readonly #tee: RunTee;
  readonly #registered: Promise<boolean>;
  #status: RunStatus = 'active';

  constructor(
    chats: ChatLog,
    plan: RunPlan,
    { reader, prior }: { reader: AnswerReader; prior: PageRun | undefined },
  ) {
    this.#chats = chats;
    this.#plan = plan;
    this.#reader = reader;
    this.ended = this.#end.promise;
    const { chatId, value, messages } = plan;
    this.#writer = new RunWriter(chats, {
      chatId,
      runId: value.id,
      onSealed: () => void this.#finish('stopped'),
      // The answer goes on; who resumes it finds what was stored.
      onLost: () => undefined,
    });
    const last = messages.at(-1);
    this.#tee = new RunTee({
      runId: value.id,
      messageId: value.messageId,
      base: last?.id === value.messageId ? last : undefined,
      writer: this.#writer,
      deliver: ({ chunk }) => reader.deliver(chunk),
      keepChunks: false,
    });
    this.#registered = this.#register(prior);
  }

  get id(): string {
    return this.#plan.value.id;
  }

  get isActive(): boolean {
    return this.#status === 'active';
  }

  /** Fires when the run is to stop; never because its reader went away. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async play(source: ReadableStream<unknown>): Promise<void> {
    const reader = source.getReader();
    this.signal.addEventListener('abort', () => {
      void reader.cancel(this.signal.reason).catch(() => undefined);
    });
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || !this.isActive) break;
        this.#take(value);
      }
      await this.#finish('done');
    } catch (error) {
      await this.fail(error);
    }
  }

  /** The source could not answer: its error is the Chat's, as it came. */
  async fail(error: unknown): Promise<void> {
    if (this.isActive) this.#reader.end({ error });
    await this.#finish('failed', FAILED);
  }

  async stop(): Promise<void> {
    void this.#finish('stopped');
    await this.ended;
  }

  #take(chunk: unknown): void {
    if (!isStreamChunk(chunk)) {
      const message = 'The source sent something that is not a chunk.';
      throw new DurableChatError('invalid-chunk', message);
    }
    if (chunk.type === 'error') {
      void this.#finish('failed', errorTextOf(chunk));
    } else if (chunk.type === 'abort') {
      void this.#finish('stopped');
    } else {
      this.#tee.push({ chunk, text: JSON.stringify(chunk) });
    }
  }

  /** Once: whatever ends a run first decides how it ended. */
  async #finish(status: Terminal, error?: string): Promise<void> {
    if (!this.isActive) return;
    this.#status = status;
    const end = terminalChunk(status, error);
    if (end !== undefined) {
      this.#tee.pushEnd(end, INTERRUPTED_CALL);
      this.#abort.abort();
    }
    if (await this.#registered) await this.#writer.end(status, error);
    this.#writer.close();
    this.#reader.end({});
    this.#end.resolve();
  }

  async #register(prior: PageRun | undefined): Promise<boolean> {
    try {
      await prior?.stop();
      const registration = await registerRun(
        this.#chats,
        this.#plan,
        undefined,
      );
      if (registration.kind === 'registered') this.#writer.open(registration);
      return registration.kind === 'registered';
    } catch {
      return false;
    }
  }
}

function errorTextOf({ errorText }: StreamChunk): string {
  return typeof errorText === 'string' ? errorText : FAILED;
}
