import { anthropicError, anthropicTool } from './own-streams/anthropic.js';
import { googleTool } from './own-streams/google.js';
import { openaiChatTool } from './own-streams/openai-chat.js';
import {
  openaiApproval,
  openaiReasoning,
} from './own-streams/openai-responses.js';
import type { ProviderConversation } from './provider-conversation.js';

/**
 * Streams of our own making in the providers' real form, so that the way from a
 * provider to a Chat is proven on a bare clone.
 */
export const ownProviderStreams: readonly ProviderConversation[] = [
  openaiChatTool,
  openaiReasoning,
  openaiApproval,
  anthropicTool,
  anthropicError,
  googleTool,
];
