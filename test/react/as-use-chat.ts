import type { UseChatHelpers } from '@ai-sdk/react';
import type { UIMessage } from 'ai';
import type { UseDurableChatHelpers } from '../../src/react/index.js';

/** What `useDurableChat` returns is all that `useChat` does, on either major. */
export const asUseChat = (
  helpers: UseDurableChatHelpers,
): UseChatHelpers<UIMessage> => helpers;
