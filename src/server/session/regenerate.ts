import { DurableChatError, regenerationRecord } from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import { fieldsOf } from '../parse-send-request.js';
import type { ChatSession } from './chat-session.js';

export interface Regeneration {
  /** The answer that is not wanted; `undefined` for the last one. */
  readonly messageId: string | undefined;
  readonly actor: Actor;
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

/** The run that answers anew, begun or not. */
export interface WantedRun {
  readonly agentId: string;
  readonly runId: string;
}

/**
 * Lets an agent answer anew, when it is free: the old answer, and what followed
 * it, leave the conversation when the new one begins. Resolves when the log says
 * that it is wanted, so that any instance may begin it.
 *
 * @throws DurableChatError `not-found`, `store-unavailable`
 */
export async function regenerate(
  { options, now }: ChatContext,
  session: ChatSession,
  { messageId, actor, idempotencyKey }: Regeneration,
): Promise<WantedRun> {
  const { agents = {}, generateId } = options;
  const earlier = earlierRequest(session, actor, idempotencyKey);
  if (earlier !== undefined) {
    session.engine.drive();
    return earlier;
  }
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
  const id = `${agentId}~${triggerId}~${idempotencyKey ?? generateId()}`;
  const asked = { id, agentId, triggerId, actorId: actor.id, at: now() };
  const sent = idempotencyKey === undefined ? {} : { idempotencyKey };
  await session.write([regenerationRecord({ ...asked, ...sent })]);
  session.engine.drive();
  return { agentId, runId: id };
}

/** The answer that it is about may have left by now. */
function earlierRequest(
  { state }: ChatSession,
  actor: Actor,
  idempotencyKey: string | undefined,
): WantedRun | undefined {
  if (idempotencyKey === undefined) return undefined;
  const known = [...state.regenerations.values()].find(
    ({ value }) =>
      value.actorId === actor.id && value.idempotencyKey === idempotencyKey,
  );
  return known && { agentId: known.value.agentId, runId: known.value.id };
}
