import type { RecordRow } from '../../inspector/index.js';
import { describeRecord } from '../describe-record.js';

/** An item of a log, and where a reader goes on after it. */
export interface LogItem {
  readonly item: unknown;
  readonly offset: string;
}

export function recordRow(
  { item, offset }: LogItem,
  number: number,
): RecordRow {
  const text = JSON.stringify(item) ?? 'undefined';
  return {
    number,
    offset,
    ...describeRecord(item),
    runId: runIdOf(item),
    text,
  };
}

function runIdOf(item: unknown): string | undefined {
  // CAST: read field by field, each taken for unknown.
  const { type, key, value } = Object(item) as Readonly<
    Record<string, unknown>
  >;
  // CAST: the same.
  const { runId } = Object(value) as { readonly runId?: unknown };
  const id = type === 'run' ? key : runId;
  return typeof id === 'string' ? id : undefined;
}
