import type { LineState } from '../../inspector/index.js';

/**
 * A `fetch` whose connections can be cut, delayed and refused while they are
 * open: so that one can watch how a reader resumes.
 */
export class SteeredLine {
  #isOffline = false;
  #delayMs = 0;
  readonly #cuts = new Set<() => void>();

  get state(): LineState {
    return { isOffline: this.#isOffline, delayMs: this.#delayMs };
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    if (this.#isOffline) throw new TypeError('fetch failed: offline');
    const response = await fetch(input, init);
    const { body, status, statusText, headers } = response;
    if (body === null) return response;
    return new Response(this.#steered(body), { status, statusText, headers });
  };

  /** Cuts what is open. Returns how many connections that were. */
  drop(): number {
    const cuts = [...this.#cuts];
    for (const cut of cuts) cut();
    return cuts.length;
  }

  /** Offline, what is open is cut and nothing new opens. */
  steer({ isOffline, delayMs }: LineState): void {
    this.#isOffline = isOffline;
    this.#delayMs = delayMs;
    if (isOffline) this.drop();
  }

  #steered(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    let isOver = false;
    let cut: () => void = () => undefined;
    const end = (): void => {
      isOver = true;
      this.#cuts.delete(cut);
      reader.cancel().catch(() => undefined);
    };
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        cut = () => {
          end();
          controller.error(new TypeError('terminated'));
        };
        this.#cuts.add(cut);
      },
      pull: async (controller) => {
        try {
          const piece = await reader.read();
          if (this.#delayMs > 0) await pause(this.#delayMs);
          if (isOver) return;
          if (!piece.done) return controller.enqueue(piece.value);
          end();
          controller.close();
        } catch (error) {
          if (!isOver) controller.error(error);
          end();
        }
      },
      cancel: end,
    });
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
