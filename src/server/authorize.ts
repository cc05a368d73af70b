import { DurableChatError } from '../protocol/index.js';
import { isResponse } from './answer-source.js';
import type { ChatContext } from './chat-context.js';
import type { Actor, AuthorizeContext } from './options.js';

/**
 * The actor, or the response that refuses. Whatever the app throws becomes the
 * same answer, for chats that exist and for those that don't.
 *
 * @throws DurableChatError `forbidden`
 */
export async function authorized(
  { options }: ChatContext,
  asked: AuthorizeContext,
): Promise<Actor | Response> {
  let answer: unknown;
  try {
    answer = await options.authorize(asked);
  } catch (thrown) {
    if (isResponse(thrown)) return thrown;
    throw forbidden(thrown);
  }
  if (isResponse(answer)) return answer;
  if (isActor(answer)) return answer;
  throw forbidden(
    new Error('authorize returned neither an actor nor a Response'),
  );
}

function isActor(answer: unknown): answer is Actor {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'id' in answer &&
    typeof answer.id === 'string' &&
    answer.id !== ''
  );
}

function forbidden(cause: unknown): DurableChatError {
  const message = 'You may not do this in this chat.';
  return new DurableChatError('forbidden', message, { cause });
}
