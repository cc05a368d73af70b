import { isV7 } from './fold-message.js';
import {
  nth,
  present,
  reachable,
  type Action,
  type Call,
  type Move,
  type Script,
} from './answer-script.js';

const callFields = ({ pick, metadata, flag }: Move, dynamic: boolean) =>
  present({
    dynamic: dynamic || undefined,
    providerExecuted: flag,
    providerMetadata: metadata,
    title: pick % 5 === 0 ? `Title ${pick % 7}` : undefined,
    toolMetadata: pick % 6 === 0 ? { from: pick } : undefined,
  });

function freshId(script: Script, pick: number): string | undefined {
  const id = `call-${pick % 4}`;
  const taken = script.calls.some(
    (call) => call.id === id && call.step === script.step,
  );
  return taken ? undefined : id;
}

function begin(script: Script, move: Move, call: Partial<Call>) {
  const id = freshId(script, move.pick);
  if (id === undefined) return undefined;
  const begun: Call = {
    id,
    step: script.step,
    dynamic: move.pick % 3 === 0,
    state: 'known',
    rest: undefined,
    input: move.value,
    approvalId: undefined,
    ...call,
  };
  script.calls.push(begun);
  return begun;
}

const streamingHere = (script: Script, pick: number) =>
  nth(
    script.calls.filter(
      ({ state, step }) => state === 'streaming' && step === script.step,
    ),
    pick,
  );

const toolStart: Action = (script, move) => {
  const isText = move.pick % 8 === 1;
  const rest = isText ? 'some <text>' : JSON.stringify(move.value);
  const call = begin(script, move, { state: 'streaming', rest });
  return call === undefined
    ? undefined
    : {
        type: 'tool-input-start',
        toolCallId: call.id,
        toolName: `tool${move.pick % 3}`,
        ...(isText && { inputEncoding: 'text' }),
        ...callFields(move, call.dynamic),
      };
};

const toolDelta: Action = (script, { pick }) => {
  const call = streamingHere(script, pick);
  if (call?.rest === undefined) return undefined;
  const inputTextDelta = call.rest.slice(0, pick % 9);
  call.rest = call.rest.slice(pick % 9);
  return { type: 'tool-input-delta', toolCallId: call.id, inputTextDelta };
};

const inputChunk =
  (type: string, state: Call['state']): Action =>
  (script, move) => {
    const call =
      move.pick % 4 === 0
        ? begin(script, move, {})
        : streamingHere(script, move.pick);
    if (call === undefined) return undefined;
    call.state = state;
    return {
      type,
      toolCallId: call.id,
      toolName: `tool${move.pick % 3}`,
      input: call.input,
      ...(state === 'settled' && { errorText: 'Not what the tool takes' }),
      ...callFields(move, call.dynamic),
    };
  };

const request: Action = (script, { pick, value, flag }) => {
  const call = nth(reachable(script, 'known'), pick);
  if (call === undefined) return undefined;
  script.approvals += 1;
  call.state = 'asked';
  call.approvalId = `approval-${script.step}-${script.approvals}-${call.id}`;
  return {
    type: 'tool-approval-request',
    toolCallId: call.id,
    approvalId: call.approvalId,
    ...present({
      approvalDescriptor: value ?? undefined,
      isAutomatic: isV7 ? flag : undefined,
      reason: isV7 && pick % 2 === 0 ? 'It costs money' : undefined,
      signature: pick % 3 === 0 ? 'signed' : undefined,
    }),
  };
};

const response: Action = (script, { pick, metadata, flag }) => {
  const call = nth(reachable(script, 'asked'), pick);
  if (call === undefined) return undefined;
  call.state = 'answered';
  return {
    type: 'tool-approval-response',
    approvalId: call.approvalId,
    approved: flag ?? true,
    ...present({
      reason: pick % 2 === 0 ? 'As I say' : undefined,
      providerMetadata: metadata,
      providerExecuted: pick % 7 === 0 ? true : undefined,
    }),
  };
};

const outcome =
  (type: string, fields: (move: Move) => object): Action =>
  (script, move) => {
    const states = [
      'known',
      'asked',
      'answered',
      'settled',
      'streaming',
    ] as const;
    // Calls that still stream are settled when a run is stopped.
    const able = move.pick % 4 === 0 ? states : states.slice(0, 4);
    const call = nth(reachable(script, ...able), move.pick);
    if (call === undefined) return undefined;
    call.state = 'settled';
    const { title: _, dynamic: __, ...rest } = callFields(move, false);
    const isDenial = type === 'tool-output-denied';
    return {
      type,
      toolCallId: call.id,
      ...(isDenial ? {} : rest),
      ...fields(move),
    };
  };

/** The life of a tool call. */
export const toolMoves: Readonly<Record<string, Action>> = {
  'tool-start': toolStart,
  'tool-delta': toolDelta,
  'tool-input': inputChunk('tool-input-available', 'known'),
  'tool-input-error': inputChunk('tool-input-error', 'settled'),
  'tool-request': request,
  ...(isV7 && { 'tool-response': response }),
  'tool-preliminary': outcome('tool-output-available', ({ value }) => ({
    output: value,
    preliminary: true,
  })),
  'tool-output': outcome('tool-output-available', ({ value }) => ({
    output: value,
  })),
  'tool-error': outcome('tool-output-error', ({ pick }) => ({
    errorText: `Error ${pick}`,
  })),
  'tool-denied': outcome('tool-output-denied', () => ({})),
};
