/** @module ai-durable-transport/react */
export { useDurableChat } from './use-durable-chat.js';
export type {
  ChatActions,
  UseDurableChatHelpers,
  UseDurableChatOptions,
} from './use-durable-chat-types.js';
export { useApprovals, usePresence } from './use-session.js';
