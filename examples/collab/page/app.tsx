import { useState } from 'react';
import { Entrance } from './components/entrance.tsx';
import { Room } from './components/room.tsx';
import { savedName, saveName } from './saved-name.ts';
import { useRoomId } from './use-room-id.ts';

/** Asks who somebody is, and leads them into the room of the address. */
export function App() {
  const chatId = useRoomId();
  const [user, setUser] = useState(savedName);

  const enter = (name: string | undefined) => {
    saveName(name);
    setUser(name);
  };

  if (user === undefined) return <Entrance onEnter={enter} />;
  return (
    <Room
      // Another room, or another user, is another session.
      key={`${user}/${chatId}`}
      chatId={chatId}
      user={user}
      onLeave={() => enter(undefined)}
    />
  );
}
