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

/** A tool call as far as it matters whether it has an outcome. */
export interface TrackedCall {
  readonly toolCallId: unknown;
  readonly toolName: unknown;
  readonly dynamic: boolean;
  /** The step that its part stands in. */
  readonly step: number;
  /**
   * `asked`: waits for the user's approval. `denied`: the user refused, and
   * the run has not taken that in. `settled`: has an outcome.
   */
  readonly state: 'open' | 'asked' | 'denied' | 'settled';
  readonly hasInput: boolean;
  readonly approvalId: unknown;
  /** The call of that id before this one: a reset may bring it back. */
  readonly earlier: TrackedCall | undefined;
}

/**
 * A message's tool calls, by id the newest: only that one can be settled. A
 * value: nothing changes it.
 */
export interface OpenCalls {
  readonly step: number;
  readonly calls: ReadonlyMap<unknown, TrackedCall>;
}

/** The open calls of a message as it stands before a run. */
export function openCallsOf(base: UIMessage | undefined): OpenCalls {
  const none: OpenCalls = { step: 0, calls: new Map() };
  return base === undefined ? none : messageParts(base).reduce(withPart, none);
}

function withPart(open: OpenCalls, part: MessagePart): OpenCalls {
  if (part.type === 'step-start') return { ...open, step: open.step + 1 };
  if (!isToolPart(part)) return open;
  return withNewCall(open, {
    toolCallId: part['toolCallId'],
    toolName: toolNameOf(part),
    dynamic: isDynamicToolPart(part),
    state: stateOf(part),
    hasInput: part['input'] !== undefined,
    approvalId: approvalOf(part)?.['id'],
  });
}

function stateOf(part: MessagePart): TrackedCall['state'] {
  switch (part['state']) {
    case 'input-streaming':
    case 'input-available':
      return 'open';
    case 'approval-requested':
      return 'asked';
    case 'approval-responded':
      return approvalOf(part)?.['approved'] === false ? 'denied' : 'open';
    default:
      return 'settled';
  }
}

/** A settled call is kept only where it hides an earlier one. */
function withCall(open: OpenCalls, call: TrackedCall): OpenCalls {
  const calls = new Map(open.calls);
  const isOver = call.state === 'settled' && call.earlier === undefined;
  if (isOver) calls.delete(call.toolCallId);
  else calls.set(call.toolCallId, call);
  return { ...open, calls };
}

/** Begins a call in the current step, or begins that step's call anew. */
function withNewCall(
  open: OpenCalls,
  call: Omit<TrackedCall, 'step' | 'earlier'>,
): OpenCalls {
  const { step } = open;
  const known = open.calls.get(call.toolCallId);
  const earlier = known?.step === step ? known.earlier : known;
  return withCall(open, { ...call, step, earlier });
}

/**
 * The calls after one more chunk of the run. Cheap enough for every chunk: most
 * give back what they were given.
 */
export function stepOpenCalls(open: OpenCalls, chunk: StreamChunk): OpenCalls {
  switch (chunk.type) {
    case 'start-step':
      return { ...open, step: open.step + 1 };
    case 'reset-step':
      return withoutStep(open);
    case 'tool-input-start':
    case 'tool-input-available':
      return withInput(open, chunk);
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
      return withOutcome(open, chunk);
    default:
      return open;
  }
}

function withoutStep(open: OpenCalls): OpenCalls {
  const calls = new Map<unknown, TrackedCall>();
  for (const [id, call] of open.calls) {
    const left = call.step === open.step ? call.earlier : call;
    if (left !== undefined) calls.set(id, left);
  }
  return { ...open, calls };
}

const withInput = (open: OpenCalls, chunk: StreamChunk): OpenCalls =>
  withNewCall(open, {
    toolCallId: chunk['toolCallId'],
    toolName: chunk['toolName'],
    dynamic: Boolean(chunk['dynamic']),
    state: 'open',
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
  if (call === undefined) return open;
  return withCall(open, { ...call, state: 'asked', approvalId });
}

function withResponse(open: OpenCalls, chunk: StreamChunk): OpenCalls {
  const { approvalId, approved } = chunk;
  const call = [...open.calls.values()].find(
    (other) => other.approvalId === approvalId,
  );
  if (call === undefined) return open;
  return withCall(open, { ...call, state: approved ? 'open' : 'denied' });
}

function withOutcome(open: OpenCalls, chunk: StreamChunk): OpenCalls {
  const { type, toolCallId } = chunk;
  const call = open.calls.get(toolCallId);
  // Invalid input is of the current step: it begins a call if there is none.
  if (type === 'tool-input-error' && call?.step !== open.step) {
    const begun = withInput(open, chunk);
    return withOutcome(begun, { ...chunk, type: 'tool-output-error' });
  }
  if (call === undefined) return open;
  return withCall(open, { ...call, state: 'settled' });
}
