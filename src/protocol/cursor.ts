/**
 * How far a reader is in a run. It travels as the `id` of server-sent events
 * and comes back as `Last-Event-ID` (PROTOCOL.md, "Cursor").
 */
export interface Cursor {
  readonly runId: string;
  /** How many of the run's chunks have been delivered. */
  readonly delivered: number;
  /**
   * A log offset before which nothing is needed any more: a hint that saves
   * reading. Absent while nothing of the run was known to be in the log.
   */
  readonly offset?: string;
}

const PATTERN = /^(0|[1-9]\d{0,14})\.([\w-]{1,100})(?:\.([\w-]{1,200}))?$/;

export function encodeCursor({ runId, delivered, offset }: Cursor): string {
  const hint = offset === undefined ? '' : `.${offset}`;
  return `${delivered}.${runId}${hint}`;
}

/** `undefined` where the text is not a cursor: forged, cut short, or foreign. */
export function decodeCursor(text: string): Cursor | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, delivered, runId, offset] = match;
  if (delivered === undefined || runId === undefined) return undefined;
  const cursor = { runId, delivered: Number(delivered) };
  return offset === undefined ? cursor : { ...cursor, offset };
}
