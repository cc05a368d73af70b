import type { StreamChunk } from '../protocol/index.js';

/**
 * The stream that a Chat reads. Nothing is pulled ahead of it, and an end that
 * is an error comes after the chunks before it: `controller.error` would
 * throw away what is queued.
 */
export class ChunkQueue {
  readonly stream: ReadableStream<StreamChunk>;
  /** Resolves when the reader has met the end, or went away before it. */
  readonly left: Promise<void>;
  readonly #leave: () => void;
  #chunks: StreamChunk[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(onCancel: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.left = promise;
    this.#leave = resolve;
    this.stream = new ReadableStream<StreamChunk>(
      {
        pull: (controller) => this.#pull(controller),
        cancel: () => {
          resolve();
          onCancel();
        },
      },
      { highWaterMark: 0 },
    );
  }

  push(chunk: StreamChunk): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  /** Forgets what the reader has not asked for yet. */
  drop(): void {
    this.#chunks = [];
  }

  /** Ends the stream; with `error`, by it. The first end counts. */
  end(end: { readonly error?: unknown }): void {
    this.#end ??= end;
    this.#wake?.();
  }

  async #pull(
    controller: ReadableStreamDefaultController<StreamChunk>,
  ): Promise<void> {
    while (this.#chunks.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#chunks.length > 0) {
      for (const chunk of this.#chunks) controller.enqueue(chunk);
      this.#chunks = [];
      return;
    }
    this.#leave();
    if (this.#end !== undefined && 'error' in this.#end) {
      controller.error(this.#end.error);
    } else {
      controller.close();
    }
  }
}
