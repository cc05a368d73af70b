import { nanoid } from 'nanoid';
import {
  answerRecord,
  approvalOf,
  DurableChatError,
  isAwaited,
  isToolPart,
  messageParts,
  problemResponse,
  type Answer,
  type AnswerValue,
} from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import { fieldsOf } from '../parse-send-request.js';
import type { ChatSession } from './chat-session.js';

/** What is answered, before it is known to which message. */
export type GivenAnswer = Omit<Answer, 'toolCallId'>;

/**
 * The body of `POST {base}/{chatId}/answers`.
 *
 * @throws DurableChatError `invalid-request`
 */
export function parseAnswer(json: unknown): GivenAnswer {
  const body = fieldsOf(json);
  const { toolCallId, approvalId, output, errorText, approved, reason } = body;
  if (isName(approvalId) && typeof approved === 'boolean') {
    const given = { id: approvalId, kind: 'approval', approved } as const;
    if (reason === undefined) return given;
    if (typeof reason === 'string') return { ...given, reason };
  } else if (isName(toolCallId)) {
    const given = { id: toolCallId, kind: 'tool-output' } as const;
    if (typeof errorText === 'string') return { ...given, errorText };
    if (errorText === undefined && 'output' in body)
      return { ...given, output };
  }
  throw new DurableChatError(
    'invalid-request',
    'An answer is { toolCallId, output }, { toolCallId, errorText } or { approvalId, approved, reason? }.',
  );
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '';

export interface PostedAnswer {
  readonly answer: GivenAnswer;
  readonly actor: Actor;
  readonly idempotencyKey: string | undefined;
}

/** The answer that counts, and whether it is the one that was posted. */
export interface Outcome {
  readonly value: AnswerValue;
  readonly isOurs: boolean;
}

/**
 * Puts an answer into the log: the first one there counts, whoever gave it.
 *
 * @throws DurableChatError `not-found` where nothing waits for it
 */
export async function postAnswer(
  context: ChatContext,
  session: ChatSession,
  { answer, actor, idempotencyKey = nanoid() }: PostedAnswer,
): Promise<Outcome> {
  const { answers } = session.view.chat;
  const isOurs = (value: AnswerValue): boolean =>
    value.actorId === actor.id && value.idempotencyKey === idempotencyKey;
  const earlier = answers.get(answer.id);
  if (earlier) return { value: earlier, isOurs: isOurs(earlier) };
  const call = await findCall(session, answer);
  const by = { actorId: actor.id, at: context.now(), idempotencyKey };
  const posted = { ...answer, ...call, ...by };
  await session.write([answerRecord(posted)]);
  session.engine.drive();
  const value = answers.get(answer.id) ?? posted;
  return { value, isOurs: isOurs(value) };
}

/** The call that waits for the answer, in the newest message that has one. */
async function findCall(
  { view, messages }: ChatSession,
  answer: GivenAnswer,
): Promise<Pick<AnswerValue, 'messageId' | 'toolCallId'>> {
  const { list } = view.session;
  for (const { id: messageId, role } of list.messages.toReversed()) {
    if (role !== 'assistant') continue;
    const message = await messages.whole(view, messageId);
    if (message === undefined) continue;
    for (const part of messageParts(message).filter(isToolPart)) {
      const toolCallId = String(part['toolCallId']);
      const id =
        answer.kind === 'approval' ? approvalOf(part)?.['id'] : toolCallId;
      const isMeant = id === answer.id;
      if (isMeant && isAwaited(message, { ...answer, toolCallId })) {
        return { messageId, toolCallId };
      }
    }
  }
  throw new DurableChatError(
    'not-found',
    'There is no tool call in this chat that waits for this answer.',
  );
}

/** 409, with the answer that came first. */
export function conflict(answer: AnswerValue): Response {
  const error = new DurableChatError(
    'answer-conflict',
    `"${answer.actorId}" has answered this call already.`,
  );
  return problemResponse(error, {}, { answer });
}
