import {
  DurableSession,
  type DurableSessionSnapshot,
} from 'ai-durable-transport/session';
import { activitySchema } from '../../shared/activity.ts';
import type { CollabMessage } from '../../shared/collab-message.ts';
import { USER_HEADER } from '../../shared/user-header.ts';

export type RoomSession = DurableSession<CollabMessage>;
export type RoomSnapshot = DurableSessionSnapshot<CollabMessage>;

/** The room as a store, over one connection, which somebody's name opens. */
export function openSession(chatId: string, user: string): RoomSession {
  return new DurableSession<CollabMessage>({
    api: '/api/chat',
    chatId,
    name: user,
    headers: { [USER_HEADER]: encodeURIComponent(user) },
    records: { activity: activitySchema },
  });
}
