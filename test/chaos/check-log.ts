import type {
  ChunkRecord,
  LogRecord,
  RunRecord,
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
  /**
   * Ends of runs that had ended already: somebody sealed a run that came to its
   * end in the same moment. The first one counts (PROTOCOL.md, "Reading").
   */
  readonly laterEnds: number;
}

interface Known {
  readonly id: string;
  readonly agentId: string;
  /** How many of its chunks stand there. */
  chunks: number;
  end: string | undefined;
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
  readonly #epochs = new Map<string, number>();
  #active: Known | undefined;
  #repeats = 0;
  #laterEnds = 0;

  take(record: LogRecord): void {
    // The Node server writes the record's place into its headers.
    const { operation } = record.headers;
    const text = JSON.stringify({ ...record, headers: { operation } });
    const isRepeat = this.#seen.has(text);
    this.#seen.add(text);
    if (isRepeat) this.#repeats += 1;
    else if (record.type === 'run') this.#takeRun(record);
    else if (record.type === 'chunk') this.#takeChunk(record);
  }

  result(): CheckedLog {
    const ends: Record<string, number> = {};
    for (const { id, end } of this.#runs.values()) {
      if (end === undefined) this.#problems.push(`run ${id} has no end`);
      else ends[end] = (ends[end] ?? 0) + 1;
    }
    return {
      problems: this.#problems,
      runs: this.#runs.size,
      ends,
      repeats: this.#repeats,
      laterEnds: this.#laterEnds,
    };
  }

  #takeRun({ key: id, value }: RunRecord): void {
    const { agentId, status, epoch, attempt } = value;
    // Stopped before it began: nothing of it may follow.
    if (attempt === 0) return;
    this.#takeEpoch(agentId, epoch, `${status} of run ${id}`);
    const known = this.#runs.get(id);
    if (known === undefined) return this.#begin(id, agentId, status);
    if (status === 'active' && known.end !== undefined) {
      this.#problems.push(
        `zombie: run ${id} goes on after its end (${known.end})`,
      );
    } else if (status !== 'active') {
      if (known.end !== undefined) this.#laterEnds += 1;
      known.end ??= status;
    }
  }

  #begin(id: string, agentId: string, status: string): void {
    const end = status === 'active' ? undefined : status;
    const run: Known = { id, agentId, chunks: 0, end };
    const before = this.#active;
    if (before !== undefined && before.end === undefined) {
      const what = `run ${before.id} goes on while run ${id} begins`;
      this.#problems.push(what);
    }
    this.#runs.set(id, run);
    this.#active = run;
  }

  #takeChunk({ key, value }: ChunkRecord): void {
    const run = this.#runs.get(value.runId);
    if (run === undefined) {
      this.#problems.push(`chunk ${key} before its run`);
      return;
    }
    if (run.end !== undefined) {
      this.#problems.push(`zombie: chunk ${key} after the end (${run.end})`);
    }
    if (value.seq !== run.chunks) {
      this.#problems.push(`chunk ${key} where ${run.chunks} is due`);
    }
    run.chunks = Math.max(run.chunks, value.seq + value.chunks.length);
  }

  #takeEpoch(agentId: string, epoch: number, what: string): void {
    const newest = this.#epochs.get(agentId) ?? epoch;
    this.#epochs.set(agentId, Math.max(newest, epoch));
    if (epoch < newest) {
      this.#problems.push(`fenced: ${what}, epoch ${epoch} after ${newest}`);
    }
  }
}
