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

// A header of a request and a line of an event: what is longer is not ours.
const PATTERN = /^(0|[1-9]\d{0,8})\.([^.]{1,600})(?:\.([^.]{1,600}))?$/;

export function encodeCursor({ runId, delivered, offset }: Cursor): string {
  const hint = offset === undefined ? '' : `.${escaped(offset)}`;
  return `${delivered}.${escaped(runId)}${hint}`;
}

/** `undefined` where the text is not a cursor: forged, cut short, or foreign. */
export function decodeCursor(text: string): Cursor | undefined {
  const [, delivered, run, hint] = PATTERN.exec(text) ?? [];
  if (delivered === undefined || run === undefined) return undefined;
  try {
    const cursor = {
      runId: decodeURIComponent(run),
      delivered: Number(delivered),
    };
    return hint === undefined
      ? cursor
      : { ...cursor, offset: decodeURIComponent(hint) };
  } catch {
    return undefined;
  }
}

/** Where a run begins: nothing of it is delivered. */
export const cursorAtStart = (runId: string): string => `0.${escaped(runId)}`;

/** The run of a cursor; `undefined` where the text is none. */
export function runIdOf(cursor: string): string | undefined {
  try {
    return decodeURIComponent(cursor.split('.')[1] ?? '') || undefined;
  } catch {
    return undefined;
  }
}

/** The same place without the hint. Of any text: only its form is looked at. */
export const withoutOffset = (cursor: string): string =>
  cursor.split('.', 2).join('.');

const PLAIN = /^[\w-]+$/;

/** The app makes run ids and the streams server offsets, of what they like. */
function escaped(text: string): string {
  return PLAIN.test(text)
    ? text
    : encodeURIComponent(text).replaceAll('.', '%2E');
}
