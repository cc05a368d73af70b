import type { UIMessage } from 'ai';
import {
  approvalOf,
  isDynamicToolPart,
  isToolPart,
  messageParts,
  toolNameOf,
  type MessagePart,
} from './message-part.js';
import type { StreamChunk } from './stream-chunk.js';

/** A tool call that has no outcome. */
export interface OpenCall {
  readonly toolCallId: unknown;
  readonly toolName: unknown;
  readonly dynamic: boolean;
  /** The step that its part stands in. */
  readonly step: number;
  /**
   * `asked`: waits for the user's approval. `denied`: the user refused, and
   * the run has not taken that in.
   */
  readonly state: 'streaming' | 'called' | 'asked' | 'denied';
  readonly hasInput: boolean;
  readonly approvalId: unknown;
}

/** The calls of a message that have no outcome. A value: nothing changes it. */
export interface OpenCalls {
  readonly step: number;
  readonly calls: ReadonlyMap<unknown, OpenCall>;
}

/** The open calls of a message as it stands before a run. */
export function openCallsOf(base: UIMessage | undefined): OpenCalls {
  const none: OpenCalls = { step: 0, calls: new Map() };
  return base === undefined ? none : messageParts(base).reduce(withPart, none);
}

function withPart(open: OpenCalls, part: MessagePart): OpenCalls {
  if (part.type === 'step-start') return { ...open, step: open.step + 1 };
  if (!isToolPart(part)) return open;
  const { toolCallId } = part;
  const state = stateOf(part);
  if (state === undefined) return without(open, toolCallId);
  return withCall(open, {
    toolCallId,
    toolName: toolNameOf(part),
    dynamic: isDynamicToolPart(part),
    step: open.step,
    state,
    hasInput: part['input'] !== undefined,
    approvalId: approvalOf(part)?.['id'],
  });
}

function stateOf(part: MessagePart): OpenCall['state'] | undefined {
  switch (part['state']) {
    case 'input-streaming':
      return 'streaming';
    case 'input-available':
      return 'called';
    case 'approval-requested':
      return 'asked';
    case 'approval-responded':
      return approvalOf(part)?.['approved'] === false ? 'denied' : 'called';
    default:
      return undefined;
  }
}

const withCall = (open: OpenCalls, call: OpenCall): OpenCalls => ({
  ...open,
  calls: new Map(open.calls).set(call.toolCallId, call),
});

function without(open: OpenCalls, toolCallId: unknown): OpenCalls {
  if (!open.calls.has(toolCallId)) return open;
  const calls = new Map(open.calls);
  calls.delete(toolCallId);
  return { ...open, calls };
}

/**
 * The open calls after one more chunk of the run. Cheap enough for every chunk:
 * most give back what they were given.
 */
export function stepOpenCalls(open: OpenCalls, chunk: StreamChunk): OpenCalls {
  switch (chunk.type) {
    case 'start-step':
      return { ...open, step: open.step + 1 };
    case 'reset-step':
      return withoutStep(open);
    case 'tool-input-start':
      return withCall(open, begunCall(open, chunk, 'streaming'));
    case 'tool-input-available':
      return withCall(open, begunCall(open, chunk, 'called'));
    case 'tool-input-delta':
      return withDelta(open, chunk);
    case 'tool-approval-request':
      return withRequest(open, chunk);
    case 'tool-approval-response':
      return withResponse(open, chunk);
    case 'tool-input-error':
    case 'tool-output-available':
    case 'tool-output-error':
    case 'tool-output-denied':
      return without(open, chunk['toolCallId']);
    default:
      return open;
  }
}

const withoutStep = (open: OpenCalls): OpenCalls => ({
  ...open,
  calls: new Map([...open.calls].filter(([, { step }]) => step !== open.step)),
});

const begunCall = (
  { step }: OpenCalls,
  chunk: StreamChunk,
  state: OpenCall['state'],
): OpenCall => ({
  toolCallId: chunk['toolCallId'],
  toolName: chunk['toolName'],
  dynamic: Boolean(chunk['dynamic']),
  step,
  state,
  hasInput: chunk['input'] !== undefined,
  approvalId: undefined,
});

function withDelta(open: OpenCalls, chunk: StreamChunk): OpenCalls {
  const call = open.calls.get(chunk['toolCallId']);
  if (call === undefined || call.hasInput) return open;
  // A blank text parses to no input at all.
  const hasInput = String(chunk['inputTextDelta']).trim() !== '';
  return hasInput ? withCall(open, { ...call, hasInput }) : open;
}

function withRequest(open: OpenCalls, chunk: StreamChunk): OpenCalls {
  const { toolCallId, approvalId } = chunk;
  const call = open.calls.get(toolCallId);
  return call === undefined
    ? open
    : withCall(open, { ...call, state: 'asked', approvalId });
}

function withResponse(open: OpenCalls, chunk: StreamChunk): OpenCalls {
  const { approvalId, approved } = chunk;
  const call = [...open.calls.values()].find(
    (other) => other.approvalId === approvalId,
  );
  return call === undefined
    ? open
    : withCall(open, { ...call, state: approved ? 'called' : 'denied' });
}
