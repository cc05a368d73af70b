import type { UseDurableChatHelpers } from 'ai-durable-transport/react';
import type { CollabMessage } from '../../shared/collab-message.ts';

export type RoomChat = UseDurableChatHelpers<CollabMessage>;
