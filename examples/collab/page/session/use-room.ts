import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { activitiesOf } from './activities.ts';
import { peopleOf } from './people.ts';
import { RoomActions } from './room-actions.ts';
import { openSession } from './room-session.ts';

/** The room as it is now, and what can be done in it. */
export function useRoom(chatId: string, user: string) {
  const [session] = useState(() => openSession(chatId, user));
  const snapshot = useSyncExternalStore(session.subscribe, session.getSnapshot);
  const [actions] = useState(() => new RoomActions(chatId, user, session));
  const { presence, authors, agents, messages, actorId, records } = snapshot;
  const people = useMemo(
    () => peopleOf(snapshot),
    [presence, authors, agents, messages, actorId],
  );
  const activities = useMemo(() => activitiesOf(snapshot), [records]);

  const isThere = actorId !== undefined;
  const isNew =
    isThere && !activities.some(({ key }) => key === `joined:${user}`);
  useEffect(() => {
    // Who cannot be noted now is noted at their next visit.
    if (isNew) {
      actions.note(`joined:${user}`, { kind: 'joined' }).catch(() => undefined);
    }
  }, [actions, isNew, user]);

  return { session, snapshot, actions, people, activities, isThere };
}

export type RoomState = ReturnType<typeof useRoom>;
