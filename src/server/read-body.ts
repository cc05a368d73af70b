import { DurableChatError } from '../protocol/index.js';

/** How long a body may take, however slowly it comes. */
const GRACE_MS = 15_000;

/** What more than that it has to earn: slower than this no network is. */
const MIN_BYTES_PER_SECOND = 4_096;

const LOOK_MS = 1_000;

/**
 * The request's body as text: no more than `maxBytes` of it, and no slower than
 * a body may be, so that a sender without an end holds neither memory nor
 * a connection.
 *
 * @throws DurableChatError `body-too-large`, `body-too-slow`; `invalid-request`
 * where the sender went away
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<string> {
  if (request.body === null) return '';
  // As empty it would mean something else: a stop of whatever runs.
  if (request.bodyUsed) {
    throw new Error('The body was read already: authorize may read a clone.');
  }
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body.getReader();
  const collected = new Collected(maxBytes);
  const watch = watchPace(collected);
  try {
    await Promise.race([collect(reader, collected), watch.tooSlow]);
    return new TextDecoder().decode(collected.bytes);
  } catch (error) {
    // For whoever reads the rest away.
    reader.releaseLock();
    throw error;
  } finally {
    watch.end();
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function collect(reader: Reader, collected: Collected): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read().catch(brokenOff);
    if (done) return;
    collected.add(value);
  }
}

/** One buffer: pieces kept as they come may cost many times their size. */
class Collected {
  readonly #maxBytes: number;
  #buffer = new Uint8Array(1_024);
  size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.size);
  }

  add(piece: Uint8Array): void {
    const size = this.size + piece.byteLength;
    if (size > this.#maxBytes) throw tooLarge(this.#maxBytes);
    if (size > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(size, this.size * 2));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.size);
    this.size = size;
  }
}

interface PaceWatch {
  /** Never resolves. */
  readonly tooSlow: Promise<never>;
  end(): void;
}

function watchPace(collected: Collected): PaceWatch {
  const { promise, reject } = Promise.withResolvers<never>();
  let elapsedMs = 0;
  const timer = setInterval(() => {
    elapsedMs += LOOK_MS;
    const earnedMs = (collected.size / MIN_BYTES_PER_SECOND) * 1_000;
    if (elapsedMs >= GRACE_MS + earnedMs) reject(tooSlow());
  }, LOOK_MS);
  return { tooSlow: promise, end: () => clearInterval(timer) };
}

function brokenOff(cause: unknown): never {
  const message = 'The body broke off before its end.';
  throw new DurableChatError('invalid-request', message, { cause });
}

function tooSlow(): DurableChatError {
  return new DurableChatError(
    'body-too-slow',
    `The body came too slowly: after ${GRACE_MS / 1_000} s it must come at ${MIN_BYTES_PER_SECOND} bytes a second.`,
  );
}

function tooLarge(maxBytes: number): DurableChatError {
  return new DurableChatError(
    'body-too-large',
    `The body is larger than ${maxBytes} bytes (option maxBodyBytes).`,
  );
}
