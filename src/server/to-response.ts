import { safeValidateUIMessages, type UIMessage } from 'ai';
import { DurableChatError } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import type { Actor, RespondResult } from './options.js';
import { parseChatId } from './parse-chat-id.js';
import { sendMessage } from './send-message.js';

export interface ToResponseOptions<UI_MESSAGE extends UIMessage = UIMessage> {
  readonly chatId: string;
  /** The conversation that is answered, the newest message last. */
  readonly messages: readonly UI_MESSAGE[];
  /** The POST: for its `Idempotency-Key`. */
  readonly request?: Request | undefined;
  /** Who sent the newest message, as your handler established it. */
  readonly actor?: Actor | undefined;
}

/** The tee alone: authorization, parsing and the model call are the caller's. */
export async function toResponse(
  context: ChatContext,
  result: RespondResult,
  { chatId, messages, request, actor }: ToResponseOptions,
): Promise<Response> {
  const validated = await safeValidateUIMessages({ messages });
  if (!validated.success) {
    throw new DurableChatError(
      'invalid-messages',
      'toResponse needs messages: a non-empty list of AI SDK UIMessages.',
      { cause: validated.error },
    );
  }
  return sendMessage(context, {
    request: request ?? new Request('http://localhost/', { method: 'POST' }),
    actor: actor ?? { id: 'unknown' },
    sent: {
      chatId: parseChatId(chatId),
      trigger: 'submit-message',
      messages: validated.data,
      newestOnly: false,
      body: {},
    },
    respond: () => result,
    registers: 'at-once',
  });
}
