import type { UIMessage } from 'ai';
import {
  INTERRUPTED_CALL,
  openCallsOf,
  settlingChunks,
  stepOpenCalls,
  type FoldMessage,
  type RunState,
  type StreamChunk,
} from '../../protocol/index.js';

const CALLS: ReadonlySet<string> = new Set([
  'tool-input-available',
  'tool-output-available',
  'tool-output-error',
]);

/**
 * What of a run that was cut off another may go on from: its completed steps.
 * Of the step that was cut off nothing, for it is done again; unless it called
 * a tool: that may have run, and must not run twice. Then what it had so far is
 * kept, and a call without an outcome is settled as interrupted; so is one that
 * was approved before the run.
 */
export async function completedPart(
  { base, chunks, value }: RunState,
  fold: FoldMessage,
): Promise<UIMessage | undefined> {
  const steps = chunks.findLastIndex(({ type }) => type === 'finish-step') + 1;
  const hasCalled = chunks.slice(steps).some(({ type }) => CALLS.has(type));
  const kept = hasCalled ? chunks : chunks.slice(0, steps);
  if (kept.length === 0 && base === undefined) return undefined;
  const open = kept.reduce(stepOpenCalls, openCallsOf(base));
  const start: StreamChunk = { type: 'start', messageId: value.messageId };
  const settling = settlingChunks(open, INTERRUPTED_CALL);
  return fold(base, [start, ...kept, ...settling]);
}
