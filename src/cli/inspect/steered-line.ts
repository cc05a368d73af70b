import type { LineState } from '../../inspector/index.js';

/**
 * A `fetch` whose connections can be cut, delayed and refused while they are
 * open: so that one can watch how a reader resumes.
 */
export class SteeredLine {
  #isOffline = false;
  #delayMs = 0;
  readonly #cuts = new Set<() => void>();
  readonly #send: typeof globalThis.fetch;

  constructor(send: typeof globalThis.fetch = fetch) {
    this.#send = send;
  }

  get state(): LineState {
    return { isOffline: this.#isOffline, delayMs: this.#delayMs };
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    if (this.#isOffline) throw new TypeError('fetch failed: offline');
    const response = await this.#send(input, init);
    const { body, status, statusText, headers } = response;
    if (body === null) return response;
    return new Response(this.#steered(body), { status, statusText, headers });
  };

  /** Cuts what is open. */
  drop(): void {
    for (const cut of this.#cuts) cut();
  }

  /** Offline, what is open is cut and nothing new opens. */
  steer({ isOffline, delayMs }: LineState): void {
    this.#isOffline = isOffline;
    this.#delayMs = delayMs;
    if (isOffline) this.drop();
  }

  /** Each piece comes so much later, and not the later the more there are. */
  #steered(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    let open: ReadableStreamDefaultController<Uint8Array> | undefined;
    const end = (): void => {
      open = undefined;
      this.#cuts.delete(cut);
      reader.cancel().catch(() => undefined);
    };
    const cut = (): void => {
      open?.error(new TypeError('terminated'));
      end();
    };
    const pass = ({ done, value }: Piece): void => {
      if (!done) return open?.enqueue(value);
      open?.close();
      end();
    };
    const carry = async (): Promise<void> => {
      let before: Promise<unknown> = Promise.resolve();
      for (let isDone = false; !isDone;) {
        const piece = await reader.read();
        const due = pause(this.#delayMs);
        before = Promise.all([before, due]).then(() => pass(piece));
        isDone = piece.done;
      }
    };
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        open = controller;
        this.#cuts.add(cut);
        carry().catch(cut);
      },
      cancel: end,
    });
  }
}

type Piece = ReadableStreamReadResult<Uint8Array>;

async function pause(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
