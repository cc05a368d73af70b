import { safeValidateUIMessages, type UIMessage } from 'ai';
import { DurableChatError, parseChatId } from '../protocol/index.js';

export type Trigger = 'submit-message' | 'regenerate-message';

/** A POST as the AI SDK sends it, validated. */
export interface SendRequest {
  readonly chatId: string;
  readonly trigger: Trigger;
  /** What was posted: the whole conversation, or only its newest message. */
  readonly messages: readonly UIMessage[];
  /** Whether `message` alone was posted, so that the chat supplies the rest. */
  readonly newestOnly: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The chat id of a POST's body, checked before anything else is. */
export function chatIdOfBody(json: unknown): string {
  return parseChatId(fieldsOf(json)['id']);
}

/**
 * @throws DurableChatError `invalid-request`, `invalid-messages` or
 * `invalid-chat-id`
 */
export async function parseSendRequest(json: unknown): Promise<SendRequest> {
  const body = fieldsOf(json);
  const newestOnly = body['messages'] === undefined;
  const posted = newestOnly ? [body['message']] : body['messages'];
  return {
    chatId: chatIdOfBody(body),
    trigger: parseTrigger(body['trigger']),
    messages: await parseMessages(posted),
    newestOnly,
    body,
  };
}

/** The fields of a body. Throws `invalid-request` where it is no object. */
export function fieldsOf(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new DurableChatError(
      'invalid-request',
      'The body must be a JSON object.',
    );
  }
  // CAST: an object that is no array has string keys and unknown values.
  return json as Record<string, unknown>;
}

function parseTrigger(value: unknown): Trigger {
  if (value === undefined || value === 'submit-message')
    return 'submit-message';
  if (value === 'regenerate-message') return value;
  throw new DurableChatError(
    'invalid-request',
    'trigger must be "submit-message" or "regenerate-message".',
  );
}

/**
 * UI messages, each with an id that can be kept.
 *
 * @throws DurableChatError `invalid-messages`
 */
export async function parseMessages(posted: unknown): Promise<UIMessage[]> {
  const result = await safeValidateUIMessages({ messages: posted });
  if (!result.success) {
    throw new DurableChatError(
      'invalid-messages',
      'messages must be a non-empty list of AI SDK UIMessages.',
      { cause: result.error },
    );
  }
  for (const { id } of result.data) checkMessageId(id);
  return result.data;
}

const MAX_ID_LENGTH = 200;
// oxlint-disable-next-line no-control-regex -- control characters are the point
const CONTROL = /[\u0000-\u001f\u007f]/;

function checkMessageId(id: string): void {
  const isLengthRight = id !== '' && id.length <= MAX_ID_LENGTH;
  if (isLengthRight && !CONTROL.test(id) && id.isWellFormed()) return;
  throw new DurableChatError(
    'invalid-messages',
    `Every message must have an id of 1 to ${MAX_ID_LENGTH} characters, none of them a control character.`,
  );
}
