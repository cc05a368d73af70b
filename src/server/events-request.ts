import { parseChatId, postedChatId } from '../protocol/index.js';
import { fieldsOf, type SendRequest } from './parse-send-request.js';

/** For handlers that answer in another protocol than the AI SDK's. */
export interface EventsOptions {
  /**
   * The handler answers with server-sent events of any protocol, for instance
   * TanStack AI's: they are kept and replayed as they come, and nothing is read
   * from them. Nor is anything but the chat id from what is posted.
   */
  readonly format: 'events';
  /**
   * Names the chat of a POST, from its JSON. Default: its `threadId` (AG-UI,
   * TanStack AI), or else its `id`.
   */
  readonly chatId?:
    | ((body: Readonly<Record<string, unknown>>) => unknown)
    | undefined;
}

/** @throws DurableChatError `invalid-request`, `invalid-chat-id` */
export function parseEventsRequest(
  json: unknown,
  { chatId = postedChatId }: EventsOptions,
): SendRequest {
  const body = fieldsOf(json);
  return {
    chatId: parseChatId(chatId(body)),
    trigger: 'submit-message',
    messages: [],
    newestOnly: false,
    body,
  };
}
