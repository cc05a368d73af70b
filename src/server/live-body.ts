import { DONE_DATA, encodeFrame, HEARTBEAT_FRAME } from '../protocol/index.js';

/** How far a reader may lag before it is sent away to come back by the log. */
const MAX_LAG_BYTES = 1_048_576;

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

  push(frames: string): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    if ((controller.desiredSize ?? 0) <= 0) return this.#close();
    controller.enqueue(this.#encoder.encode(frames));
    this.#isQuiet = false;
  }

  /** Ends the body as complete: with `[DONE]`. */
  end(): void {
    this.push(encodeFrame(DONE_DATA));
    this.#close();
  }

  /** Sends the reader away without `[DONE]`: it comes back through the log. */
  cut(): void {
    this.#close();
  }

  /** Ends the body without `[DONE]`: to the reader this is a cut. */
  #close(): void {
    const controller = this.#controller;
    this.#detach();
    controller?.close();
  }

  #detach(): void {
    this.#controller = undefined;
    clearInterval(this.#heartbeat);
  }

  #beat(): void {
    if (this.#isQuiet) this.push(HEARTBEAT_FRAME);
    this.#isQuiet = true;
  }
}
