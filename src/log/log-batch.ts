import { STREAM_UP_TO_DATE_HEADER } from '@durable-streams/client';
import { refusal } from './refusal.js';
import { isClosed, offsetOf } from './stream-headers.js';

/** Items of a log in their order, and the exact place after them. */
export interface LogBatch {
  /**
   * As the server sent them. The Node server adds `headers.offset` to every
   * item that has `headers`; nothing may rely on it.
   */
  readonly items: readonly unknown[];
  /** Where to go on after these items. Opaque. */
  readonly offset: string;
  /** Nothing more stood in the log when the server answered. */
  readonly upToDate: boolean;
  /** The log has ended: nothing will ever follow. */
  readonly closed: boolean;
}

export { LOG_START } from '../protocol/index.js';

/** The batch that an answer to a GET carries. Throws what is not one. */
export async function readBatch(response: Response): Promise<LogBatch> {
  const { ok, status, headers } = response;
  if (!ok) throw await refusal(response);
  const items = status === 204 ? [] : itemsOf(await response.json());
  const offset = offsetOf(headers);
  const closed = isClosed(headers);
  const upToDate = closed || headers.has(STREAM_UP_TO_DATE_HEADER);
  return { items, offset, upToDate, closed };
}

/** JSON mode answers with arrays only (PROTOCOL.md of Durable Streams, 7.1). */
export function itemsOf(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw new SyntaxError('The stream does not hold a JSON array of records.');
}
