import type { RunState } from './chat-state.js';
import type { RunStatus } from './log-record.js';
import { settleOpenCalls } from './settle-open-calls.js';
import type { StreamChunk } from './stream-chunk.js';

const INTERRUPTED = 'The answer was interrupted.';
const FAILED = 'An error occurred.';

/** What a tool call says that was still open when its run ended. */
export const INTERRUPTED_CALL = 'The tool call was not finished.';

/**
 * The chunk that ends a run on the wire (PROTOCOL.md, "End of a run"): a run
 * that is `done` ends with its own `finish`.
 */
export function terminalChunk(
  status: RunStatus,
  error: string | undefined,
): StreamChunk | undefined {
  switch (status) {
    case 'active':
    case 'done':
      return undefined;
    case 'stopped':
      return { type: 'abort' };
    case 'failed':
      return { type: 'error', errorText: error ?? FAILED };
    case 'interrupted':
      return { type: 'error', errorText: error ?? INTERRUPTED };
  }
}

/** Chunks that settle what a run left open when it ended before its time. */
export function settleRun(run: RunState): StreamChunk[] {
  return run.status === 'active' || run.status === 'done'
    ? []
    : settleOpenCalls(run.base, run.chunks, INTERRUPTED_CALL);
}

/** All that a run's end adds to its chunks, for whoever reads them. */
export function endChunks(run: RunState): StreamChunk[] {
  const end = terminalChunk(run.status, run.value.error);
  return end === undefined ? [] : [...settleRun(run), end];
}
