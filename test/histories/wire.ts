/** How what is under way on a wire can come to its end. */
export type Break = 'cut' | 'end' | 'stall';

interface Passing {
  break(how: Break): void;
}

/**
 * A network between two parts of one process: requests may be lost, bodies break
 * off, and the other side may be gone for a while or for ever.
 */
export class Wire {
  readonly #answer: (request: Request) => Promise<Response>;
  readonly #pieceBytes: number;
  readonly #passing = new Set<Passing>();
  #isUp = true;

  /** `pieceBytes`: bodies come in pieces no larger than this. */
  constructor(
    answer: (request: Request) => Promise<Response>,
    pieceBytes: number,
  ) {
    this.#answer = answer;
    this.#pieceBytes = pieceBytes;
  }

  /** How many requests and bodies are under way. */
  get open(): number {
    return this.#passing.size;
  }

  breakAll(how: Break): void {
    for (const passing of this.#passing) passing.break(how);
  }

  down(): void {
    this.#isUp = false;
    this.breakAll('cut');
  }

  up(): void {
    this.#isUp = true;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const signal = init?.signal ?? undefined;
    signal?.throwIfAborted();
    if (!this.#isUp) throw new TypeError('fetch failed');
    const request = new Request(input, init);
    const response = await this.#whileUp(this.#answer(request), signal);
    if (response.body === null) return response;
    if (signal?.aborted) {
      // Between the answer's coming and its being looked at.
      void response.body.cancel().catch(() => undefined);
      signal.throwIfAborted();
    }
    const body = this.#carry(response.body, signal);
    const { status, headers } = response;
    return new Response(body, { status, headers });
  };

  /** What is lost on the way back has been done all the same. */
  #whileUp(
    answered: Promise<Response>,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#passing.delete(passing);
        signal?.removeEventListener('abort', onAbort);
      };
      const lose = (reason: unknown): void => {
        leave();
        reject(reason);
        void answered.then(({ body }) => body?.cancel()).catch(() => undefined);
      };
      const onAbort = (): void => lose(signal?.reason);
      const passing: Passing = {
        break: (how) => how !== 'stall' && lose(new TypeError('fetch failed')),
      };
      this.#passing.add(passing);
      signal?.addEventListener('abort', onAbort);
      answered.then(leave, leave);
      answered.then(resolve, reject);
    });
  }

  #carry(
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal | undefined,
  ): ReadableStream<Uint8Array> {
    const carried = new CarriedBody(body, {
      pieceBytes: this.#pieceBytes,
      signal,
      onOver: () => this.#passing.delete(carried),
    });
    this.#passing.add(carried);
    return carried.stream;
  }
}

interface Carrying {
  readonly pieceBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly onOver: () => void;
}

class CarriedBody implements Passing {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #carrying: Carrying;
  readonly #stalled = Promise.withResolvers<void>();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #rest = new Uint8Array();
  #isStalled = false;

  constructor(body: ReadableStream<Uint8Array>, carrying: Carrying) {
    this.#reader = body.getReader();
    this.#carrying = carrying;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#pull(),
        cancel: () => this.#leave(),
      },
      { highWaterMark: 0 },
    );
    carrying.signal?.addEventListener('abort', this.#onAbort);
  }

  break(how: Break): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    if (how === 'stall') return void (this.#isStalled = true);
    this.#leave();
    if (how === 'end') controller.close();
    else controller.error(new TypeError('terminated'));
  }

  readonly #onAbort = (): void => {
    const controller = this.#controller;
    this.#leave();
    controller?.error(this.#carrying.signal?.reason);
  };

  async #pull(): Promise<void> {
    if (this.#rest.length === 0) {
      try {
        const { done, value } = await this.#reader.read();
        if (done) return this.#isStalled ? this.#stalled.promise : this.#end();
        this.#rest = Uint8Array.from(value);
      } catch {
        return this.break('cut');
      }
    }
    // Nothing more comes through, and nobody is told.
    if (this.#isStalled) return this.#stalled.promise;
    const { pieceBytes } = this.#carrying;
    this.#controller?.enqueue(this.#rest.subarray(0, pieceBytes));
    this.#rest = this.#rest.subarray(pieceBytes);
  }

  #end(): void {
    const controller = this.#controller;
    this.#leave();
    controller?.close();
  }

  #leave(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#stalled.resolve();
    this.#carrying.signal?.removeEventListener('abort', this.#onAbort);
    this.#carrying.onOver();
    void this.#reader.cancel().catch(() => undefined);
  }
}
