import { DONE_DATA, encodeFrame, HEARTBEAT_FRAME } from '../protocol/index.js';
import { endOfTick } from './end-of-tick.js';

/** How far a reader may lag before it is sent away to come back by the log. */
const MAX_LAG_BYTES = 1_048_576;

/** How much is gathered within a tick before it is sent all the same. */
const MAX_GATHERED = 16_384;

/**
 * The live branch of a run: the body of the POST's response. It never makes
 * the run wait, and a reader that goes away takes nothing with it.
 */
export class LiveBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #heartbeat: ReturnType<typeof setInterval>;
  #isQuiet = true;
  #gathered = '';
  #isGathering = false;

  constructor(heartbeatMs: number) {
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        cancel: () => this.#detach(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_LAG_BYTES }),
    );
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
  }

  get isOpen(): boolean {
    return this.#controller !== undefined;
  }

  /**
   * The first frames of a tick leave at once; what follows in the same tick
   * leaves together at its end, for a write to a socket costs more than all
   * else that is done for a chunk.
   */
  push(frames: string): void {
    if (!this.isOpen) return;
    this.#isQuiet = false;
    this.#gathered += frames;
    const isFull = this.#gathered.length > MAX_GATHERED;
    if (!this.#isGathering || isFull) this.#flush();
    if (!this.#isGathering) this.#gather();
  }

  /** Ends the body as complete: with `[DONE]`. */
  end(): void {
    this.push(encodeFrame(DONE_DATA));
    this.#flush();
    this.#close();
  }

  /** Sends the reader away without `[DONE]`: it comes back through the log. */
  cut(): void {
    this.#close();
  }

  /** Goes on from tick to tick while there is something to gather. */
  #gather(): void {
    if (endOfTick === undefined) return;
    this.#isGathering = true;
    endOfTick(() => {
      this.#isGathering = false;
      if (this.#gathered === '') return;
      this.#flush();
      this.#gather();
    });
  }

  #flush(): void {
    const controller = this.#controller;
    const frames = this.#gathered;
    this.#gathered = '';
    if (controller === undefined || frames === '') return;
    if ((controller.desiredSize ?? 0) <= 0) return this.#close();
    controller.enqueue(this.#encoder.encode(frames));
  }

  /** Ends the body without `[DONE]`: to the reader this is a cut. */
  #close(): void {
    const controller = this.#controller;
    this.#detach();
    controller?.close();
  }

  #detach(): void {
    this.#controller = undefined;
    this.#gathered = '';
    clearInterval(this.#heartbeat);
  }

  #beat(): void {
    if (this.#isQuiet) this.push(HEARTBEAT_FRAME);
    this.#isQuiet = true;
  }
}
