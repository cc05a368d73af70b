import type { SourceChunk } from '../log/index.js';

export interface ChunkLaneOptions {
  /** How long a chunk's text is at least that may hold a large part. */
  readonly largeLength: number;
  /** Puts a chunk's large part out of line. Never rejects. */
  readonly outline: (chunk: SourceChunk) => Promise<SourceChunk>;
  /** Takes the chunks, in their order. */
  readonly deliver: (chunk: SourceChunk) => void;
}

/**
 * Hands chunks on at once, but for large ones, which take a moment to be put
 * out of line: what follows such a one waits behind it.
 */
export class ChunkLane {
  readonly #options: ChunkLaneOptions;
  readonly #waiting: SourceChunk[] = [];
  #work: Promise<void> | undefined;

  constructor(options: ChunkLaneOptions) {
    this.#options = options;
  }

  readonly push = (chunk: SourceChunk): void => {
    if (this.#work === undefined && !this.#isLarge(chunk)) {
      return this.#options.deliver(chunk);
    }
    this.#waiting.push(chunk);
    this.#work ??= this.#deliverWaiting();
  };

  /** Resolves when all that was pushed has been handed on. */
  async idle(): Promise<void> {
    await this.#work;
  }

  #isLarge({ text }: SourceChunk): boolean {
    return text.length > this.#options.largeLength;
  }

  async #deliverWaiting(): Promise<void> {
    const { deliver, outline } = this.#options;
    for (
      let chunk = this.#waiting.shift();
      chunk !== undefined;
      chunk = this.#waiting.shift()
    ) {
      deliver(this.#isLarge(chunk) ? await outline(chunk) : chunk);
    }
    this.#work = undefined;
  }
}
