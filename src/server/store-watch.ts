import type {
  RequestWatch,
  StreamTarget,
  WatchedRequest,
} from '../log/index.js';
import type { TellEvent } from './event-teller.js';
import { failureCode } from './failure-code.js';

/** One that fails is repeated and does no harm; so many are no accident. */
const FAILURES_OF_ABSENCE = 3;

/** The stream that requests go to, and for whom. */
export interface WatchedStream {
  readonly chatId: string;
  readonly stream: 'log' | 'history' | 'blob';
  readonly runId?: string;
  /** How many chunks the run has handed to its appends. */
  readonly chunks?: () => number;
}

/**
 * Tells what becomes of this instance's requests to the streams server: those
 * that write, and whether it answers at all. Made only where somebody listens.
 */
export class StoreWatch {
  readonly #tell: TellEvent;
  readonly #now: () => number;
  readonly #encoder = new TextEncoder();
  /** In a row. */
  #failures = 0;
  #failingSince = 0;

  constructor(tell: TellEvent, now: () => number) {
    this.#tell = tell;
    this.#now = now;
  }

  of(watched: WatchedStream): RequestWatch {
    let before = 0;
    return {
      onAnswer: (answered) => {
        this.#noteAnswer();
        if (!hasStored(answered)) return;
        const taken = watched.chunks?.() ?? 0;
        this.#tellStored(watched, answered, taken - before);
        before = taken;
      },
      onFailedTry: ({ request, cause, status, tries, delayMs }) => {
        const code = failureCode(cause, status);
        if (request.body !== undefined && delayMs !== undefined) {
          const { stream } = watched;
          const retry = { stream, code, tries, delayMs };
          this.#tell({ type: 'append-retried', ...ownerOf(watched), ...retry });
        }
        this.#noteFailure(code);
      },
    };
  }

  #tellStored(
    watched: WatchedStream,
    { request: { body = '' }, tries, elapsedMs: durationMs }: WatchedRequest,
    chunks: number,
  ): void {
    const { stream } = watched;
    if (stream === 'blob') return;
    const isText = typeof body === 'string';
    const { length: bytes } = isText ? this.#encoder.encode(body) : body;
    const append = { stream, chunks, bytes, durationMs, tries };
    this.#tell({ type: 'append-stored', ...ownerOf(watched), ...append });
  }

  #noteAnswer(): void {
    const wasAway = this.#failures >= FAILURES_OF_ABSENCE;
    this.#failures = 0;
    const awayMs = this.#now() - this.#failingSince;
    if (wasAway) this.#tell({ type: 'store-back', awayMs });
  }

  #noteFailure(code: string): void {
    if (this.#failures === 0) this.#failingSince = this.#now();
    this.#failures += 1;
    const isAwayNow = this.#failures === FAILURES_OF_ABSENCE;
    if (isAwayNow) this.#tell({ type: 'store-away', code });
  }
}

const ownerOf = ({ chatId, runId }: WatchedStream) =>
  runId === undefined ? { chatId } : { chatId, runId };

/** The target, watched where somebody listens. */
export function watchedTarget(
  target: StreamTarget,
  store: StoreWatch | undefined,
  watched: WatchedStream,
): StreamTarget {
  if (store === undefined) return target;
  return { ...target, watch: store.of(watched) };
}

/**
 * A POST that is repeated, and was stored by the try before, is answered by
 * 204; a PUT by 200 where the stream was there, and nothing is stored.
 */
function hasStored({
  request: { method, body },
  status,
}: WatchedRequest & { readonly status: number }): boolean {
  if (body === undefined) return false;
  return method === 'PUT' ? status === 201 : status === 200 || status === 204;
}
