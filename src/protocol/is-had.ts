import type { RunState } from './chat-state.js';

/**
 * Whether a reader that holds these messages has all there is to the newest
 * one. Of a run that failed or was interrupted it lacks the error.
 */
export function isHad(newest: RunState, have: readonly string[]): boolean {
  const hasError =
    newest.status === 'failed' || newest.status === 'interrupted';
  return have.includes(newest.value.messageId) && !hasError;
}
