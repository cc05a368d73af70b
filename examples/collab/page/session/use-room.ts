import { useEffect, useMemo, useState } from 'react';
import { useDurableChat } from 'ai-durable-transport/react';
import { activitySchema } from '../../shared/activity.ts';
import type { CollabMessage } from '../../shared/collab-message.ts';
import { USER_HEADER } from '../../shared/user-header.ts';
import { activitiesOf } from './activities.ts';
import { peopleOf } from './people.ts';
import { RoomActions } from './room-actions.ts';

const RECORDS = { activity: activitySchema };

/** The room as it is now, and what can be done in it. */
export function useRoom(chatId: string, user: string) {
  const chat = useDurableChat<CollabMessage>({
    id: chatId,
    api: '/api/chat',
    name: user,
    headers: { [USER_HEADER]: encodeURIComponent(user) },
    records: RECORDS,
  });
  const { session } = chat;
  const [actions] = useState(() => new RoomActions(chatId, user, session));
  const { presence, authors, agents, messages, actorId, records } = chat;
  const people = useMemo(
    () => peopleOf(chat),
    [presence, authors, agents, messages, actorId],
  );
  const activities = useMemo(() => activitiesOf(chat), [records]);

  const isThere = actorId !== undefined;
  const isNew =
    isThere && !activities.some(({ key }) => key === `joined:${user}`);
  useEffect(() => {
    // Who cannot be noted now is noted at their next visit.
    if (isNew) {
      actions.note(`joined:${user}`, { kind: 'joined' }).catch(() => undefined);
    }
  }, [actions, isNew, user]);

  return { chat, actions, people, activities, isThere };
}

export type RoomState = ReturnType<typeof useRoom>;
