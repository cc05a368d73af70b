import {
  applyLogRecord,
  decodeRecord,
  emptyChatState,
  runRecord,
  type RunState,
  type RunValue,
} from '../protocol/index.js';
import { Changes } from './changes.js';

/** Of a run that nobody reads here, more is not kept: it is read from the log. */
const MAX_KEPT_LENGTH = 1_048_576;

const NO_APP_TYPES: ReadonlySet<string> = new Set();

/**
 * What the log holds of a run that this process writes: the batches that were
 * accepted, so that who reads the run here need not ask for them. They are
 * taken apart once somebody does.
 */
export class StoredRun {
  readonly #id: string;
  readonly #now: () => number;
  readonly #state = emptyChatState();
  /** JSON texts that are not applied to the state yet. */
  #batches: string[] = [];
  #length = 0;
  #isRead = false;
  #isClosed = false;
  readonly #changes = new Changes();

  /** `value`, `offset`: as the run's first append left them. */
  constructor(value: RunValue, offset: string, now: () => number) {
    this.#id = value.id;
    this.#now = now;
    this.#state.offset = offset;
    applyLogRecord(this.#state, runRecord(value));
  }

  /**
   * The run as it is stored. `undefined` where the log knows better: once it is
   * not written any more and has no end, and while others may have ended it,
   * for its lease is over.
   */
  get run(): RunState | undefined {
    this.#isRead = true;
    this.#apply();
    const run = this.#state.runs.get(this.#id);
    if (run === undefined || run.status !== 'active') return run;
    const { at, leaseMs } = run.value;
    return this.#isClosed || this.#now() > at + leaseMs ? undefined : run;
  }

  /** A log offset behind which nothing of the run stands that is not in `run`. */
  get offset(): string {
    return this.#state.offset;
  }

  /** Resolves at the next change of `run`. */
  nextChange(): Promise<void> {
    return this.#changes.next();
  }

  /** Takes in a batch that was accepted, and the log's offset after it. */
  accept(batch: string, offset: string | undefined): void {
    if (this.#isClosed) return;
    this.#length += batch.length;
    this.#batches.push(batch);
    this.#state.offset = offset ?? this.#state.offset;
    const isMuch = this.#length > MAX_KEPT_LENGTH;
    if (isMuch && !this.#isRead) this.#forget();
    else this.#changes.tell();
  }

  /** No more of it is written, or kept, here. */
  close(): void {
    this.#isClosed = true;
    this.#changes.tell();
  }

  #apply(): void {
    const batches = this.#batches;
    this.#batches = [];
    for (const item of batches.flatMap(itemsOf)) {
      const decoded = decodeRecord(item, NO_APP_TYPES);
      if (decoded.kind === 'record') {
        applyLogRecord(this.#state, decoded.record);
      }
    }
  }

  #forget(): void {
    this.#batches = [];
    this.#state.runs.clear();
    this.close();
  }
}

function itemsOf(batch: string): unknown[] {
  const items: unknown = JSON.parse(batch);
  return Array.isArray(items) ? items : [items];
}
