import type { RecordRow } from './wire.js';

/** Which records are shown. */
export interface RecordFilter {
  readonly search: string;
  /** Empty: of all types. */
  readonly types: ReadonlySet<string>;
  readonly runId: string | undefined;
}

export const NO_FILTER: RecordFilter = {
  search: '',
  types: new Set(),
  runId: undefined,
};

export const isFiltering = ({ search, types, runId }: RecordFilter): boolean =>
  search !== '' || types.size > 0 || runId !== undefined;

/** Whether a record is among those. */
export function recordTest({
  search,
  types,
  runId,
}: RecordFilter): (row: RecordRow) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (row) => {
    if (types.size > 0 && !types.has(row.type)) return false;
    if (runId !== undefined && row.runId !== runId) return false;
    if (words.length === 0) return true;
    const text = `${row.text} ${row.offset} #${row.number}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
