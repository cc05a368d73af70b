import { DurableChatError } from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import { fieldsOf } from '../parse-send-request.js';
import type { ChatSession } from './chat-session.js';

export interface Regeneration {
  /** The answer that is not wanted; `undefined` for the last one. */
  readonly messageId: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/**
 * The body of `POST {base}/{chatId}/regenerate`: nothing, or `{ messageId? }`.
 *
 * @throws DurableChatError `invalid-request`
 */
export function parseRegeneration(json: unknown): string | undefined {
  const { messageId } = json === undefined ? {} : fieldsOf(json);
  if (messageId === undefined || typeof messageId === 'string') {
    return messageId;
  }
  throw new DurableChatError('invalid-request', 'messageId must be a string.');
}

/**
 * Lets an agent answer anew, when it is free: the old answer, and what followed
 * it, leave the conversation when the new one begins.
 *
 * @throws DurableChatError `not-found`
 */
export function regenerate(
  { options }: ChatContext,
  session: ChatSession,
  { messageId, idempotencyKey }: Regeneration,
): { readonly agentId: string; readonly runId: string } {
  const { agents = {}, generateId } = options;
  const answer = session.state.list.messages.findLast(
    ({ id, authorId }) =>
      Object.hasOwn(agents, authorId) &&
      (messageId === undefined || id === messageId),
  );
  const triggerId = answer?.parentId ?? null;
  if (answer === undefined || triggerId === null) {
    throw new DurableChatError(
      'not-found',
      'There is no such answer of an agent in this chat.',
    );
  }
  const { authorId: agentId } = answer;
  const key = idempotencyKey ?? generateId();
  const runId = `${agentId}~${triggerId}~${key}`;
  const isBegun = session.follower.state.runs.has(runId);
  if (!isBegun) {
    session.engine.ask({
      agentId,
      runId,
      attempt: 1,
      triggerId,
      idempotencyKey,
    });
  }
  return { agentId, runId };
}
