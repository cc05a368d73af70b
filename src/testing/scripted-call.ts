import type {
  CallScript,
  ModelCallOptions,
  ModelStreamPart,
} from './model-script.js';
import { playCall, type CallStage } from './play-call.js';

/**
 * How a call ended: `finished` and `failed` as the script says, `aborted` by
 * its signal, `cancelled` because nobody reads its stream any more.
 */
export type ModelCallOutcome = 'finished' | 'failed' | 'aborted' | 'cancelled';

/** One call of a scripted model. */
export interface ModelCall {
  /** From 0. */
  readonly index: number;
  readonly prompt: ModelCallOptions['prompt'];
  /** All that the model was given: tools, abort signal, and so on. */
  readonly options: ModelCallOptions;
  /** What has been sent so far. */
  readonly sent: readonly ModelStreamPart[];
  /** `undefined` while it runs. */
  readonly outcome: ModelCallOutcome | undefined;
  /** Resolves when it ends; never rejects. */
  readonly ended: Promise<ModelCallOutcome>;
}

/** From the model's being called to the end of what it sends. */
export class ScriptedCall implements ModelCall {
  readonly index: number;
  readonly options: ModelCallOptions;
  readonly sent: ModelStreamPart[] = [];
  readonly ended: Promise<ModelCallOutcome>;
  outcome: ModelCallOutcome | undefined;
  /** Follows the caller's signal by hand: edge runtimes lack `AbortSignal.any`. */
  readonly #abandoned = new AbortController();
  #tellEnd: (outcome: ModelCallOutcome) => void = () => undefined;

  constructor(index: number, options: ModelCallOptions) {
    const { abortSignal } = options;
    this.index = index;
    this.options = options;
    if (abortSignal?.aborted) this.#abandon();
    else abortSignal?.addEventListener('abort', this.#abandon);
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  get #signal(): AbortSignal {
    return this.#abandoned.signal;
  }

  get prompt(): ModelCallOptions['prompt'] {
    return this.options.prompt;
  }

  /** Runs `prepare`, and ends the call where that fails. */
  async begin(prepare: () => Promise<CallScript>): Promise<CallScript> {
    try {
      this.#signal.throwIfAborted();
      return await prepare();
    } catch (error) {
      this.#end(this.#signal.aborted ? 'aborted' : 'failed');
      throw error;
    }
  }

  /** What the model sends, no faster than it is read. */
  stream(
    script: CallScript,
    stage: Omit<CallStage, 'index' | 'signal'>,
  ): ReadableStream<ModelStreamPart> {
    const place = { ...stage, index: this.index, signal: this.#signal };
    const parts = playCall(script, place);
    return new ReadableStream<ModelStreamPart>(
      {
        start: (controller) => {
          // As a provider's response body does: at once, read or not.
          const onAbort = (): void => this.#failWith(controller);
          this.#signal.addEventListener('abort', onAbort, { once: true });
        },
        pull: (controller) => this.#send(parts, controller),
        cancel: () => {
          this.#end('cancelled');
          this.#abandoned.abort();
        },
      },
      { highWaterMark: 0 },
    );
  }

  async #send(
    parts: AsyncGenerator<ModelStreamPart, void>,
    controller: ReadableStreamDefaultController<ModelStreamPart>,
  ): Promise<void> {
    try {
      const { done, value } = await parts.next();
      if (this.outcome !== undefined) return;
      if (done !== true) return this.#enqueue(value, controller);
      const hasFailed = this.sent.some(({ type }) => type === 'error');
      this.#end(hasFailed ? 'failed' : 'finished');
      controller.close();
    } catch (error) {
      this.#failWith(controller, error);
    }
  }

  #enqueue(
    part: ModelStreamPart,
    controller: ReadableStreamDefaultController<ModelStreamPart>,
  ): void {
    this.sent.push(part);
    controller.enqueue(part);
  }

  #failWith(
    controller: ReadableStreamDefaultController,
    error: unknown = this.#signal.reason,
  ): void {
    if (this.outcome !== undefined) return;
    this.#end(this.#signal.aborted ? 'aborted' : 'failed');
    controller.error(error);
  }

  #end(outcome: ModelCallOutcome): void {
    this.outcome ??= outcome;
    this.options.abortSignal?.removeEventListener('abort', this.#abandon);
    this.#tellEnd(this.outcome);
  }

  readonly #abandon = (): void => {
    this.#abandoned.abort(this.options.abortSignal?.reason);
  };
}
