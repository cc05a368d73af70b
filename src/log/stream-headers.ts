import {
  STREAM_CLOSED_HEADER,
  STREAM_OFFSET_HEADER,
} from '@durable-streams/client';
import { DurableChatError } from '../protocol/index.js';

export const JSON_TYPE = 'application/json';

/** Whether an answer says that nothing will follow. */
export function isClosed(headers: Headers): boolean {
  return headers.get(STREAM_CLOSED_HEADER) === 'true';
}

/** The offset that an answer leads to. Throws `rejected` where there is none. */
export function offsetOf(headers: Headers): string {
  const offset = headers.get(STREAM_OFFSET_HEADER);
  if (offset !== null) return offset;
  throw new DurableChatError(
    'rejected',
    `The answer has no ${STREAM_OFFSET_HEADER} header. Either this is no Durable Streams server, or a proxy (or, across origins, a missing Access-Control-Expose-Headers) withholds it.`,
  );
}
