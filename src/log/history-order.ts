import { LOG_START, type CheckpointRecord } from '../protocol/index.js';
import type { ReadRecord } from './load-chat-state.js';

/** What the history has of the log between two checkpoints. */
interface Part {
  readonly since: string;
  readonly records: readonly ReadRecord[];
  /** Absent where the log's own records were not kept. */
  readonly appTypes: readonly string[] | undefined;
}

/**
 * Gathers from a history the records that it keeps as the log has them, in the
 * log's order (PROTOCOL.md, section 2, `checkpoint`): all that a session is
 * folded from, without the chunks.
 */
export class HistoryOrder {
  /** By the offset up to which. */
  readonly #parts = new Map<string, Part>();
  #records: ReadRecord[] = [];

  /** Takes in the next record of the history. */
  take(record: ReadRecord): void {
    if (isCheckpoint(record)) {
      const { offset, since = LOG_START, appTypes } = record.value;
      const records = this.#records;
      this.#parts.set(offset, { since, records, appTypes });
      this.#records = [];
    } else if ('log' in record.headers) {
      this.#records.push(asInLog(record));
    }
  }

  /**
   * What stands in the log up to an offset. `undefined` where something of it is
   * missing: it was written by a server that kept no order, or knew fewer types.
   */
  upTo(
    offset: string,
    appTypes: ReadonlySet<string> = new Set(),
  ): ReadRecord[] | undefined {
    const parts: Part[] = [];
    for (let end = offset; end !== LOG_START;) {
      const part = this.#parts.get(end);
      const known = new Set(part?.appTypes);
      const isWhole = [...appTypes].every((type) => known.has(type));
      if (part?.appTypes === undefined || !isWhole || part.since >= end) {
        return undefined;
      }
      parts.push(part);
      end = part.since;
    }
    return parts.reverse().flatMap(({ records }) => records);
  }
}

/** The same record, marked as one that the log has, too. */
export const markedAsInLog = (record: ReadRecord): object => ({
  ...record,
  headers: { ...record.headers, log: true },
});

function asInLog(record: ReadRecord): ReadRecord {
  const { operation } = record.headers;
  return { ...record, headers: { operation } };
}

const isCheckpoint = (record: ReadRecord): record is CheckpointRecord =>
  record.type === 'checkpoint';
