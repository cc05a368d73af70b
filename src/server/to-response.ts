import { safeValidateUIMessages, type UIMessage } from 'ai';
import { DurableChatError, parseChatId } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import type { Actor, RespondResult } from './options.js';
import { sendMessage } from './send-message.js';

interface Answered {
  readonly chatId: string;
  /** The POST: for its `Idempotency-Key`. */
  readonly request?: Request | undefined;
  /** Who sent the newest message, as your handler established it. */
  readonly actor?: Actor | undefined;
}

export interface ToResponseOptions<
  UI_MESSAGE extends UIMessage = UIMessage,
> extends Answered {
  /** The conversation that is answered, the newest message last. */
  readonly messages: readonly UI_MESSAGE[];
  readonly format?: undefined;
}

/** For a `Response` with server-sent events of any protocol. */
export interface EventsResponseOptions extends Answered {
  /** The events are kept and replayed as they come. */
  readonly format: 'events';
}

/** The tee alone: authorization, parsing and the model call are the caller's. */
export async function toResponse(
  context: ChatContext,
  result: RespondResult,
  options: ToResponseOptions | EventsResponseOptions,
): Promise<Response> {
  const { chatId, request, actor, format } = options;
  const messages =
    options.format === 'events' ? [] : await validMessages(options.messages);
  return sendMessage(context, {
    request: request ?? new Request('http://localhost/', { method: 'POST' }),
    actor: actor ?? { id: 'unknown' },
    sent: {
      chatId: parseChatId(chatId),
      trigger: 'submit-message',
      messages,
      newestOnly: false,
      body: {},
    },
    respond: () => result,
    registers: 'at-once',
    format,
  });
}

async function validMessages(
  messages: readonly UIMessage[],
): Promise<UIMessage[]> {
  const validated = await safeValidateUIMessages({ messages });
  if (validated.success) return validated.data;
  throw new DurableChatError(
    'invalid-messages',
    'toResponse needs messages: a non-empty list of AI SDK UIMessages.',
    { cause: validated.error },
  );
}
