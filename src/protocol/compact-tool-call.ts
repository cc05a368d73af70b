import { laterWins } from './later-wins.js';
import type { StreamChunk } from './stream-chunk.js';
import type { ToolCallInput } from './tool-call-replay.js';

/** A tool call, built up from its chunks. */
export interface CallSlot {
  readonly kind: 'call';
  readonly toolCallId: unknown;
  /** The step that its part stands in; `undefined`: before these chunks. */
  readonly step: number | undefined;
  /** The call of that id before this one: a reset may bring it back. */
  readonly earlier: CallSlot | undefined;
  /**
   * Set by a chunk that does not fit the call's life as far as it has come.
   * That chunk and all later ones of the call stay where and as they are.
   */
  tangled: boolean;
  input: ToolCallInput;
  asked: boolean;
  request: StreamChunk | undefined;
  response: StreamChunk | undefined;
  output: StreamChunk | undefined;
  error: StreamChunk | undefined;
  denied: StreamChunk | undefined;
}

export function newCallSlot(
  toolCallId: unknown,
  step: number | undefined,
  earlier: CallSlot | undefined,
): CallSlot {
  return {
    kind: 'call',
    toolCallId,
    step,
    earlier,
    tangled: false,
    input: { kind: 'unseen' },
    asked: false,
    request: undefined,
    response: undefined,
    output: undefined,
    error: undefined,
    denied: undefined,
  };
}

/** Takes the chunk into the call; false (and nothing done) if it does not fit. */
export function addCallChunk(call: CallSlot, chunk: StreamChunk): boolean {
  const add = adders.get(chunk.type);
  return add !== undefined && !call.tangled && add(call, chunk);
}

type Adder = (call: CallSlot, chunk: StreamChunk) => boolean;

const adders: ReadonlyMap<string, Adder> = new Map([
  ['tool-input-start', addStart],
  ['tool-input-delta', addDelta],
  ['tool-input-available', addAvailable],
  ['tool-input-error', addInputError],
  ['tool-approval-request', addRequest],
  ['tool-approval-response', addResponse],
  ['tool-output-available', addOutput],
  ['tool-output-error', addError],
  ['tool-output-denied', addDenied],
]);

const hasOutcome = (call: CallSlot): boolean =>
  call.output !== undefined ||
  call.error !== undefined ||
  call.denied !== undefined;

const takesInput = (call: CallSlot): boolean =>
  call.request === undefined &&
  call.response === undefined &&
  !hasOutcome(call);

function addStart(call: CallSlot, chunk: StreamChunk): boolean {
  if (call.input.kind !== 'unseen' || !takesInput(call)) return false;
  call.input = { kind: 'streaming', start: chunk, text: undefined };
  return true;
}

function addDelta(call: CallSlot, chunk: StreamChunk): boolean {
  const { input } = call;
  if (input.kind !== 'streaming' || !takesInput(call)) return false;
  const text = `${input.text ?? ''}${String(chunk['inputTextDelta'])}`;
  call.input = { ...input, text };
  return true;
}

function addAvailable(call: CallSlot, chunk: StreamChunk): boolean {
  const { input } = call;
  // After a request too: so stands a pending call in a replay.
  if (call.response !== undefined || hasOutcome(call)) return false;
  if (input.kind === 'invalid') return false;
  const { input: value, ...rest } = chunk;
  const later = { ...rest, type: 'tool-input-start' };
  if (input.kind === 'unseen') {
    call.input = { kind: 'known', start: later, value, streamed: false };
    return true;
  }
  if (Boolean(input.start['dynamic']) !== Boolean(chunk['dynamic'])) {
    return false;
  }
  // Known input is JSON, whichever way it was streamed.
  const { inputEncoding: _, ...earlier } = input.start;
  const streamed = input.kind === 'streaming' || input.streamed;
  const start = laterWins({ ...earlier, type: input.start.type }, later);
  call.asked = false;
  call.input = { kind: 'known', start, value, streamed };
  return true;
}

function addInputError(call: CallSlot, chunk: StreamChunk): boolean {
  const { input } = call;
  if (!takesInput(call) || input.kind === 'invalid') return false;
  const start = input.kind === 'unseen' ? undefined : input.start;
  call.input = { kind: 'invalid', start, error: chunk };
  return true;
}

function addRequest(call: CallSlot, chunk: StreamChunk): boolean {
  if (call.response !== undefined || hasOutcome(call)) return false;
  call.request = chunk;
  call.asked = true;
  return true;
}

function addResponse(call: CallSlot, chunk: StreamChunk): boolean {
  if (call.response !== undefined || hasOutcome(call)) return false;
  call.response = chunk;
  call.asked = false;
  return true;
}

function addOutput(call: CallSlot, chunk: StreamChunk): boolean {
  call.output = inherit(inherit(chunk, call.error), call.output);
  call.error = undefined;
  call.denied = undefined;
  return true;
}

function addError(call: CallSlot, chunk: StreamChunk): boolean {
  call.error = inherit(chunk, call.error);
  call.denied = undefined;
  return true;
}

function addDenied(call: CallSlot, chunk: StreamChunk): boolean {
  call.denied = chunk;
  return true;
}

/** What a later outcome leaves on the part if it does not bring its own. */
const LASTING = ['providerExecuted', 'providerMetadata', 'toolMetadata'];

function inherit(
  later: StreamChunk,
  earlier: StreamChunk | undefined,
): StreamChunk {
  if (earlier === undefined) return later;
  const lasting: Record<string, unknown> & { type: string } = { ...later };
  for (const field of LASTING) {
    const value = later[field] ?? earlier[field] ?? undefined;
    if (value !== undefined) lasting[field] = value;
  }
  return lasting;
}
