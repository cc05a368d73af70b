import { isDeepStrictEqual } from 'node:util';
import type {
  ChunkRecord,
  LogRecord,
  RunRecord,
  RunValue,
} from '../../src/protocol/log-record.js';

/** What a log says of itself, read as it stands and by nothing of ours. */
export interface CheckedLog {
  /** What must never be. */
  readonly problems: readonly string[];
  readonly runs: number;
  /** Of the runs, by how they ended. */
  readonly ends: Readonly<Record<string, number>>;
  /**
   * Records that stand there a second time, to the letter: what a streams
   * server that dies between data and producer state lets in again (PROTOCOL.md,
   * `chunk`). A reader drops them.
   */
  readonly repeats: number;
  /** What stands behind the end of its run. Readers drop it. */
  readonly late: readonly LateRecord[];
}

/** A record of a run that had ended already; whether it may be, is to be judged. */
export interface LateRecord {
  readonly what: string;
  readonly messageId: string;
  /** The record that ended the run: the first counts (PROTOCOL.md, "Reading"). */
  readonly end: RunValue;
  /** Whether somebody else ended it: under a newer epoch than its own. */
  readonly wasSealed: boolean;
  /** The run's end once more; `undefined` where the run went on. */
  readonly secondEnd: RunValue | undefined;
  /** Whether the end was sent again, and let in again, after this. */
  isBeforeRepeat: boolean;
}

interface Known {
  readonly first: RunValue;
  /** How many of its chunks stand there. */
  chunks: number;
  /** The record of its end. */
  end: RunValue | undefined;
  /** Whether a newer one began that had not seen it: the log need not say so. */
  isSuperseded: boolean;
}

/** A record of an epoch that was over by then. */
interface Fenced {
  readonly what: string;
  readonly newest: RunValue;
}

/**
 * Checks that each run begins once, that its chunks follow one another without
 * a gap, that it has exactly one end and nothing after it, and that no record
 * is of an epoch that was fenced off before.
 */
export function checkLog(records: readonly LogRecord[]): CheckedLog {
  const check = new LogCheck();
  for (const record of records) check.take(record);
  return check.result();
}

class LogCheck {
  readonly #runs = new Map<string, Known>();
  readonly #problems: string[] = [];
  readonly #seen = new Set<string>();
  /** Of each agent's newest epoch, the record that brought it. */
  readonly #newest = new Map<string, RunValue>();
  #fenced: readonly Fenced[] = [];
  #active: Known | undefined;
  #repeats = 0;
  readonly #late: LateRecord[] = [];

  take(record: LogRecord): void {
    // The Node server writes the record's place into its headers.
    const { operation } = record.headers;
    const text = JSON.stringify({ ...record, headers: { operation } });
    const isRepeat = this.#seen.has(text);
    this.#seen.add(text);
    if (isRepeat) this.#takeRepeat(record);
    else if (record.type === 'run') this.#takeRun(record);
    else if (record.type === 'chunk') this.#takeChunk(record);
  }

  result(): CheckedLog {
    const ends: Record<string, number> = {};
    for (const [id, { end }] of this.#runs) {
      if (end === undefined) this.#problems.push(`run ${id} has no end`);
      else ends[end.status] = (ends[end.status] ?? 0) + 1;
    }
    const fenced = this.#fenced.map(
      ({ what, newest }) => `fenced: ${what} after epoch ${newest.epoch}`,
    );
    return {
      problems: [...this.#problems, ...fenced],
      runs: this.#runs.size,
      ends,
      repeats: this.#repeats,
      late: this.#late,
    };
  }

  #takeRepeat({ key, value }: LogRecord): void {
    this.#repeats += 1;
    // The streams server did not know the newer writer before.
    this.#fenced = this.#fenced.filter(
      ({ newest }) => !isDeepStrictEqual(newest, value),
    );
    const end = this.#runs.get(key)?.end;
    if (!isDeepStrictEqual(value, end)) return;
    for (const late of this.#late) {
      if (late.end === end) late.isBeforeRepeat = true;
    }
  }

  #takeRun({ key: id, value }: RunRecord): void {
    const { status, epoch, attempt } = value;
    // Stopped before it began: nothing of it may follow.
    if (attempt === 0) return;
    const what = `${status} of run ${id}, epoch ${epoch}`;
    const known = this.#runs.get(id);
    const isEnd = status !== 'active';
    // Its own writer has said afterwards what readers knew.
    if (known?.isSuperseded === true && status === 'stopped') return;
    if (known?.end !== undefined) {
      return this.#takeLate(known, what, isEnd ? value : undefined);
    }
    this.#takeEpoch(value, what);
    if (known === undefined) this.#begin(id, value);
    else if (isEnd) known.end = value;
  }

  #begin(id: string, value: RunValue): void {
    const end = value.status === 'active' ? undefined : value;
    const before = this.#active;
    if (before !== undefined && before.end === undefined) {
      this.#supersede(before, `run ${before.first.id}`, id);
    }
    this.#active = { first: value, chunks: 0, end, isSuperseded: false };
    this.#runs.set(id, this.#active);
  }

  /**
   * The chat's first two runs may begin at once: the streams server makes a log
   * before it puts into it what came with the PUT.
   */
  #supersede(before: Known, what: string, id: string): void {
    before.end = { ...before.first, status: 'stopped' };
    before.isSuperseded = before.chunks === 0 && this.#runs.size === 1;
    if (before.isSuperseded) return;
    this.#problems.push(`${what} goes on while run ${id} begins`);
  }

  #takeChunk({ key, value }: ChunkRecord): void {
    const run = this.#runs.get(value.runId);
    if (run === undefined) {
      this.#problems.push(`chunk ${key} before its run`);
      return;
    }
    if (run.end !== undefined) this.#takeLate(run, `chunk ${key}`);
    if (value.seq !== run.chunks) {
      this.#problems.push(`chunk ${key} where ${run.chunks} is due`);
    }
    run.chunks = Math.max(run.chunks, value.seq + value.chunks.length);
  }

  #takeLate({ first, end }: Known, what: string, secondEnd?: RunValue): void {
    if (end === undefined) return;
    const { messageId } = end;
    const wasSealed = end.epoch > first.epoch;
    const told = { what, messageId, end, wasSealed, secondEnd };
    this.#late.push({ ...told, isBeforeRepeat: false });
  }

  #takeEpoch(value: RunValue, what: string): void {
    const { agentId, epoch } = value;
    const newest = this.#newest.get(agentId);
    if (newest === undefined || epoch > newest.epoch) {
      this.#newest.set(agentId, value);
    } else if (epoch < newest.epoch) {
      this.#fenced = [...this.#fenced, { what, newest }];
    }
  }
}
