import {
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
  type UIMessage,
} from 'ai';
import { expect, it } from 'vitest';
import { isWaiting } from '../../src/server/session/session-messages.js';

/** How a call may stand when its run has ended, or was answered since. */
const STATES = [
  'input-available',
  'output-available',
  'output-error',
  'approval-requested',
  'approval-responded',
] as const;
const OPEN: readonly string[] = ['input-available', 'approval-requested'];

const messageWith = (states: readonly string[]): UIMessage => ({
  id: 'm',
  role: 'assistant',
  parts: [
    { type: 'step-start' },
    // CAST: all that is looked at.
    ...(states.map((state, index) => ({
      type: 'tool-any',
      toolCallId: `c${index}`,
      state,
    })) as UIMessage['parts']),
  ],
});

const combinations = STATES.flatMap((one) => [
  [one],
  ...STATES.map((other) => [one, other]),
]);
// Without any answer nothing is asked: neither here nor by the AI SDK.
const answered = combinations.filter((states) =>
  states.some((state) => !OPEN.includes(state)),
);

it.each(answered.map((states) => [states.join(' and '), states] as const))(
  'the server goes on from %s as the predicates of the AI SDK say',
  (_, states) => {
    const message = messageWith(states);
    const messages = [message];
    const isToBeSent =
      lastAssistantMessageIsCompleteWithToolCalls({ messages }) ||
      lastAssistantMessageIsCompleteWithApprovalResponses({ messages });
    expect(!isWaiting(message)).toBe(isToBeSent);
  },
);
