import type { ProviderConversation } from './provider-conversation.js';
export const ownProviderStreams: readonly ProviderConversation[] = [];
