import { DONE_DATA, HEARTBEAT_FRAME } from '../protocol/index.js';
import type { LiveReaderLeft } from './durable-chat-event.js';
import { FrameBatch } from './frame-batch.js';
import { soon } from './soon.js';

/**
 * How far a reader may lag before it is sent away to come back by the log. The
 * write that passes it is still given: a large chunk must reach those that keep
 * up. So a reader holds this much and one batch.
 */
const MAX_LAG_BYTES = 1_048_576;

/** Told once of the reader: how it left, and how far it was behind at most. */
export type OnLeft = (
  reason: LiveReaderLeft['reason'],
  lagBytes: number,
) => void;

/** So many characters do not wait for more. */
const MAX_BATCH_LENGTH = 65_536;

/**
 * The live branch of a run: the body of the POST's response. It never makes
 * the run wait, and a reader that goes away takes nothing with it.
 *
 * A frame leaves at once, unless another has left within the same millisecond:
 * what a burst of the model brings leaves as two pieces, not as twenty
 * (docs/decisions/0015-a-burst-is-one-write.md).
 */
export class LiveBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #batch = new FrameBatch();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #heartbeat: ReturnType<typeof setInterval>;
  readonly #onLeft: OnLeft | undefined;
  #isQuiet = true;
  #sentAt = 0;
  #lagBytes = 0;
  #cancelSending: (() => void) | undefined;

  constructor(heartbeatMs: number, onLeft?: OnLeft) {
    this.#onLeft = onLeft;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        cancel: () => this.#detach('gone'),
      },
      // Spelt out: edge runtimes lack `ByteLengthQueuingStrategy`.
      {
        highWaterMark: MAX_LAG_BYTES,
        size: ({ byteLength }) => byteLength,
      },
    );
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
  }

  get isOpen(): boolean {
    return this.#controller !== undefined;
  }

  /**
   * `data`: JSON text. `cursor` is asked when the frame leaves as the last one
   * of its batch, and confirms all of it.
   */
  push(data: string, cursor?: () => string): void {
    if (this.#controller === undefined) return;
    this.#batch.add(data, cursor);
    const isBurst = Date.now() === this.#sentAt;
    if (!isBurst || this.#batch.length > MAX_BATCH_LENGTH) this.#send();
    else this.#cancelSending ??= soon(this.#send);
  }

  /** Ends the body as complete: with `[DONE]`. */
  end(): void {
    this.push(DONE_DATA);
    this.#close('end');
  }

  /** Sends the reader away without `[DONE]`: it comes back through the log. */
  cut(): void {
    this.#close('cut');
  }

  readonly #send = (): void => {
    this.#cancelSending?.();
    this.#cancelSending = undefined;
    this.#enqueue(this.#batch.take());
    this.#sentAt = Date.now();
  };

  #enqueue(text: string): void {
    const controller = this.#controller;
    if (controller === undefined || text === '') return;
    const room = controller.desiredSize ?? 0;
    this.#lagBytes = Math.max(this.#lagBytes, MAX_LAG_BYTES - room);
    if (room <= 0) return this.#leave(controller, 'lag');
    controller.enqueue(this.#encoder.encode(text));
    this.#isQuiet = false;
  }

  /** Ends the body without `[DONE]`: to the reader this is a cut. */
  #close(reason: LiveReaderLeft['reason']): void {
    this.#send();
    if (this.#controller !== undefined) this.#leave(this.#controller, reason);
  }

  #leave(
    controller: ReadableStreamDefaultController<Uint8Array>,
    reason: LiveReaderLeft['reason'],
  ): void {
    this.#detach(reason);
    controller.close();
  }

  #detach(reason: LiveReaderLeft['reason']): void {
    this.#controller = undefined;
    this.#cancelSending?.();
    clearInterval(this.#heartbeat);
    this.#onLeft?.(reason, this.#lagBytes);
  }

  #beat(): void {
    if (this.#isQuiet) this.#enqueue(HEARTBEAT_FRAME);
    this.#isQuiet = true;
  }
}
