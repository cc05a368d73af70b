import type { UIMessage } from 'ai';
import {
  openCallsOf,
  stepOpenCalls,
  type OpenCalls,
  type TrackedCall,
} from './open-calls.js';
import type { StreamChunk } from './stream-chunk.js';

/**
 * The chunks that settle the calls that a stopped or interrupted run would
 * leave without an outcome: the model would refuse such a message in the next
 * turn. `base` is the message as it stood before the run, `chunks` are the
 * run's.
 *
 * A call that waits for an approval is left: the user may still answer. So is
 * one with a preliminary output, which the next turn takes as its result. A
 * refused call is settled as denied, any other with `errorText`.
 */
export function settleOpenCalls(
  base: UIMessage | undefined,
  chunks: readonly StreamChunk[],
  errorText: string,
): StreamChunk[] {
  return settlingChunks(
    chunks.reduce(stepOpenCalls, openCallsOf(base)),
    errorText,
  );
}

/**
 * The same for who follows the run chunk by chunk, with `openCallsOf` and
 * `stepOpenCalls`.
 */
export function settlingChunks(
  open: OpenCalls,
  errorText: string,
): StreamChunk[] {
  return [...open.calls.values()]
    .filter(({ state }) => state === 'open' || state === 'denied')
    .map((call) => settlingChunk(call, open.step, errorText));
}

function settlingChunk(
  call: TrackedCall,
  step: number,
  errorText: string,
): StreamChunk {
  const { toolCallId, toolName, dynamic } = call;
  if (call.state === 'denied')
    return { type: 'tool-output-denied', toolCallId };
  if (call.hasInput || call.step !== step) {
    return { type: 'tool-output-error', toolCallId, errorText };
  }
  // Providers refuse a call without input. This chunk finds the call by step.
  return {
    type: 'tool-input-error',
    toolCallId,
    toolName,
    ...(dynamic ? { dynamic } : {}),
    input: {},
    errorText,
  };
}
