import { decodeRecord } from './decode-record.js';
import { runRecord } from './encode-record.js';
import type { RunValue } from './log-record.js';

/**
 * Media type of an answer that sends a reader to the log itself. Who can go
 * there names it in `Accept`: that needs no preflight, and older servers do not
 * look at it.
 */
export const DIRECT_READ_TYPE = 'application/vnd.direct-read+json';

/** Where a reader goes on by itself (PROTOCOL.md, "Reading the log directly"). */
export interface DirectRead {
  /** Of the log, signed: it needs no header and no cookie. */
  readonly url: string;
  /** From the answer on. */
  readonly expiresInMs: number;
  /** The newest record of the run. */
  readonly run: RunValue;
  /** What there is for this reader, as frames of an event stream. */
  readonly frames: string;
  /** How many of the run's chunks it has with that. */
  readonly delivered: number;
  /** After which the rest stands in the log. */
  readonly offset: string;
}

/** `undefined` where it is not one. */
export function decodeDirectRead(json: unknown): DirectRead | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  // CAST: only read from, and every field is looked at.
  const { run, ...rest } = json as Partial<DirectRead>;
  const { url, expiresInMs, frames, delivered, offset } = rest;
  const isWhole =
    typeof url === 'string' &&
    typeof expiresInMs === 'number' &&
    typeof frames === 'string' &&
    Number.isSafeInteger(delivered) &&
    typeof offset === 'string';
  if (!isWhole || run === undefined) return undefined;
  const decoded = decodeRecord(runRecord(run));
  const isRun = decoded.kind === 'record' && decoded.record.type === 'run';
  // CAST: looked at above, field by field.
  return isRun ? (json as DirectRead) : undefined;
}
