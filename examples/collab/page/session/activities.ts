import { activitySchema, type Activity } from '../../shared/activity.ts';
import type { RoomChat } from './room-chat.ts';

export type Entry = Activity & { readonly key: string };

/** What happened in the room, the newest first. What is not ours is left out. */
export function activitiesOf({ records }: RoomChat): readonly Entry[] {
  return [...(records.get('activity') ?? [])]
    .flatMap(([key, value]) => {
      const { data } = activitySchema.safeParse(value);
      return data === undefined ? [] : [{ ...data, key }];
    })
    .toSorted((a, b) => b.at - a.at);
}
