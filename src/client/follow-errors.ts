import { DurableChatError } from '../protocol/index.js';

/** Not a `TypeError`: Chat must not take it for a disconnect. */
export function unreachable(cause: unknown): DurableChatError {
  return new DurableChatError(
    'unreachable',
    'The server cannot be reached. The answer may go on: resume or reload later.',
    { cause },
  );
}

/**
 * What a Chat takes for a stop (`ready`, `isAbort`, nothing is sent by itself).
 * The abort's own reason, where it is such an error already.
 */
export function abortError(reason?: unknown): unknown {
  return isAbortError(reason)
    ? reason
    : new DOMException('The answer was stopped or detached.', 'AbortError');
}

/** Whether a Chat takes it for a stop. */
export const isAbortError = (error: unknown): boolean =>
  error instanceof Error && error.name === 'AbortError';

/**
 * Whether another try may mend what the server refused. Before a first response
 * that is only what a proxy says in the place of the server: an error of the
 * server itself is an answer.
 */
export function isPassing(
  { code, status = 0 }: DurableChatError,
  hasOpened: boolean,
): boolean {
  if (status === 502 || status === 504) return true;
  if (code === 'rejected' && status === 503) return true;
  return hasOpened && (status >= 500 || [408, 425, 429].includes(status));
}
