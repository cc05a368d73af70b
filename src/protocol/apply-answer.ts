import type { UIMessage } from 'ai';
import { definedFields } from './defined-fields.js';
import {
  approvalOf,
  isToolPart,
  messageParts,
  type MessagePart,
} from './message-part.js';
import type { AnswerValue } from './session-record.js';
import type { StreamChunk } from './stream-chunk.js';

/** What was answered, whoever answered it. */
export type Answer = Omit<AnswerValue, 'messageId' | 'actorId' | 'at'>;

/**
 * The message with the answer in it, as `addToolOutput` and
 * `addToolApprovalResponse` of the AI SDK would leave it. The same object where
 * nothing waits for the answer: so only the first one counts, and a run that
 * has gone on from it is not undone.
 */
export function applyAnswer(message: UIMessage, answer: Answer): UIMessage {
  const parts = messageParts(message);
  if (!parts.some((part) => waitsFor(part, answer))) return message;
  const answered = parts.map((part) => answeredPart(part, answer));
  // CAST: tool parts in a state that the AI SDK moves them to itself.
  return { ...message, parts: answered as unknown as UIMessage['parts'] };
}

/** Whether the message has a call that waits for this answer. */
export const isAwaited = (message: UIMessage, answer: Answer): boolean =>
  messageParts(message).some((part) => waitsFor(part, answer));

/** The part as the answer leaves it: the same object if it waits for none. */
export function answeredPart(part: MessagePart, answer: Answer): MessagePart {
  if (!waitsFor(part, answer)) return part;
  const { output, errorText, approved = false, reason } = answer;
  if (answer.kind === 'approval') {
    const approval = {
      ...approvalOf(part),
      approved,
      ...definedFields({ reason }),
    };
    return { ...part, state: 'approval-responded', approval };
  }
  return errorText === undefined
    ? { ...part, state: 'output-available', output }
    : { ...part, state: 'output-error', errorText };
}

function waitsFor(part: MessagePart, answer: Answer): boolean {
  if (!isToolPart(part)) return false;
  const { state, toolCallId, providerExecuted } = part;
  // An approved call is the server's to run: nobody else may give its output.
  return answer.kind === 'approval'
    ? state === 'approval-requested' && approvalOf(part)?.['id'] === answer.id
    : state === 'input-available' &&
        toolCallId === answer.toolCallId &&
        providerExecuted !== true;
}

/**
 * The answer as the chunk that would say the same in a run, for what follows a
 * run chunk by chunk: `stepOpenCalls`, `settleOpenCalls`.
 */
export function answerChunk(answer: Answer): StreamChunk {
  const { id, kind, toolCallId, output, errorText, approved, reason } = answer;
  if (kind === 'approval') {
    return {
      type: 'tool-approval-response',
      approvalId: id,
      approved: approved === true,
      ...definedFields({ reason }),
    };
  }
  return errorText === undefined
    ? { type: 'tool-output-available', toolCallId, output }
    : { type: 'tool-output-error', toolCallId, errorText };
}
