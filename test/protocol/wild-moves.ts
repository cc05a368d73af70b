import { nth, type Action, type Call, type Script } from './answer-script.js';

const idOf = (pick: number): string => `call-${pick % 4}`;

const newest = (script: Script, id: string): Call | undefined =>
  script.calls.findLast((call) => call.id === id);

function remember(script: Script, id: string, state: Call['state']): void {
  script.calls = script.calls.filter((call) => call.id !== id);
  script.calls.push({
    id,
    step: script.step,
    dynamic: false,
    state,
    rest: state === 'streaming' ? '{"a": 1}' : undefined,
    input: {},
    approvalId: undefined,
  });
}

/** Starts a call that may well be there already, or be of another kind. */
const startAgain: Action = (script, { pick, flag }) => {
  const toolCallId = idOf(pick);
  remember(script, toolCallId, 'streaming');
  return {
    type: 'tool-input-start',
    toolCallId,
    toolName: 'again',
    ...(flag && { dynamic: true }),
  };
};

const inputAgain: Action = (script, { pick, value, flag }) => {
  const toolCallId = idOf(pick);
  remember(script, toolCallId, 'known');
  return {
    type: 'tool-input-available',
    toolCallId,
    toolName: 'again',
    input: value,
    ...(flag && { dynamic: true }),
  };
};

/** The input goes on in a step after the one that it began in. */
const lateDelta: Action = (script, { pick }) => {
  const call = nth(
    script.calls.filter(
      ({ state, rest, id }) =>
        state === 'streaming' &&
        rest !== undefined &&
        newest(script, id)?.state === 'streaming',
    ),
    pick,
  );
  return call === undefined
    ? undefined
    : {
        type: 'tool-input-delta',
        toolCallId: call.id,
        inputTextDelta: '{"late":',
      };
};

const lateRequest: Action = (script, { pick }) => {
  const call = nth(script.calls, pick);
  if (call === undefined) return undefined;
  for (const other of script.calls.filter(({ id }) => id === call.id)) {
    // An earlier request cannot be answered any more.
    if (other.state === 'asked') other.state = 'known';
  }
  const approvalId = `late-${pick}`;
  return { type: 'tool-approval-request', toolCallId: call.id, approvalId };
};

const textAgain: Action = (_, { pick }) => ({
  type: 'finish',
  messageMetadata: { [`f${pick % 2}`]: pick },
});

/** What fits no tool call's life. */
export const wildMoves: Readonly<Record<string, Action>> = {
  'wild-start': startAgain,
  'wild-input': inputAgain,
  'wild-delta': lateDelta,
  'wild-request': lateRequest,
  finish: textAgain,
};
