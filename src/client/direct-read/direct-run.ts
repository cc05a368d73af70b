import {
  Changes,
  followLog,
  LONGEST_TIMER_MS,
  type LogBatch,
  type RetryPolicy,
  type RunSource,
  type StreamTarget,
} from '../../log/index.js';
import {
  applyLogRecord,
  CLOCK_SKEW_MS,
  decodeRecord,
  DurableChatError,
  emptyChatState,
  runRecord,
  type DirectRead,
  type RunState,
} from '../../protocol/index.js';

/** Who waits longer than this is better served by the app's own server. */
const RETRY: RetryPolicy = {
  initialDelayMs: 100,
  maxDelayMs: 1_000,
  giveUpAfterMs: 2_000,
};

/** Not all readers of a writer that died ask the server at once: one is enough. */
const SPREAD_MS = 5_000;

export interface DirectReader {
  /** This reader is not wanted any more. */
  readonly signal: AbortSignal;
  /** The rest of this answer is to be read by way of the server. */
  readonly onUnfit: () => void;
}

/**
 * A run as a page reads it from the log. What it cannot tell by itself is told
 * by the server: then there is no `run` any more, which to its reader is a cut.
 * After a reading that was of use (its URL may have expired) the next one may
 * be direct again.
 */
export class DirectRun implements RunSource {
  readonly #reader: DirectReader;
  readonly #id: string;
  readonly #state = emptyChatState();
  readonly #changes = new Changes();
  readonly #closing = new AbortController();
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(read: DirectRead, reader: DirectReader) {
    const { run: value, delivered, offset } = read;
    this.#reader = reader;
    this.#id = value.id;
    this.#state.offset = offset;
    applyLogRecord(this.#state, runRecord(value));
    const run = this.#state.runs.get(value.id);
    if (run) this.#state.runs.set(value.id, { ...run, firstSeq: delivered });
    reader.signal.addEventListener('abort', this.close);
    void this.#follow(read);
  }

  get run(): RunState | undefined {
    const run = this.#state.runs.get(this.#id);
    // How it ended is the server's to say where it is not by its own `finish`:
    // what was begun before this reading is not known here.
    if (run?.status === 'done') return run;
    const isRead = run?.status === 'active' && !this.#closing.signal.aborted;
    return isRead ? run : undefined;
  }

  get offset(): string {
    return this.#state.offset;
  }

  nextChange(): Promise<void> {
    return this.#changes.next();
  }

  readonly close = (): void => {
    clearTimeout(this.#silence);
    this.#reader.signal.removeEventListener('abort', this.close);
    this.#closing.abort();
    this.#changes.tell();
  };

  async #follow(read: DirectRead): Promise<void> {
    const { signal } = this.#closing;
    const { offset } = read;
    const options = {
      mode: 'long-poll',
      offset,
      signal,
      retry: RETRY,
    } as const;
    let isFit = false;
    try {
      this.#listen();
      for await (const batch of followLog(targetOf(read), options)) {
        isFit = this.#take(batch);
        if (!isFit || this.#hasEnded) break;
        this.#changes.tell();
      }
    } catch {
      // Refused, expired or unreachable: the server is asked, whatever it was.
    }
    if (signal.aborted) return;
    if (!isFit) this.#reader.onUnfit();
    this.close();
  }

  get #hasEnded(): boolean {
    return this.#state.runs.get(this.#id)?.status === 'done';
  }

  /** Whether the rest can be read like this, too. */
  #take(batch: LogBatch): boolean {
    const state = this.#state;
    const before = state.runs.get(this.#id)?.value;
    for (const item of batch.items) {
      const decoded = decodeRecord(item);
      if (decoded.kind === 'record') applyLogRecord(state, decoded.record);
    }
    state.offset = batch.offset;
    const run = state.runs.get(this.#id);
    if (run?.value !== before) this.#listen();
    const isWhole = state.skipped === 0 && !batch.closed;
    return isWhole && (run?.status === 'active' || run?.status === 'done');
  }

  /** The writer was heard. Once it is silent for too long, the server finds out. */
  #listen(): void {
    clearTimeout(this.#silence);
    const { leaseMs = 0 } = this.#state.runs.get(this.#id)?.value ?? {};
    const ms = leaseMs + CLOCK_SKEW_MS + Math.random() * SPREAD_MS;
    this.#silence = setTimeout(
      () => {
        this.#reader.onUnfit();
        this.close();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
  }
}

/** The log by its signed URL. What needs no cookie is sent none. */
function targetOf({ url, expiresInMs }: DirectRead): StreamTarget {
  const expiresAt = Date.now() + expiresInMs;
  return {
    url,
    fetch: (input, init) => {
      if (Date.now() < expiresAt) {
        return globalThis.fetch(input, { ...init, credentials: 'omit' });
      }
      const message = 'The URL of the log has expired.';
      throw new DurableChatError('forbidden', message);
    },
  };
}
