import { useRef } from 'react';
import { useOwnPresence } from '../session/use-own-presence.ts';
import { useRoomDeeds } from '../session/use-room-deeds.ts';
import { useRoom } from '../session/use-room.ts';
import { Composer } from './composer.tsx';
import { EmptyRoom } from './empty-room.tsx';
import { MessageList } from './message-list.tsx';
import { Notice } from './notice.tsx';
import { RoomHeader } from './room-header.tsx';
import { RoomPanel } from './room-panel.tsx';
import styles from './room.module.css';

interface RoomProps {
  readonly chatId: string;
  readonly user: string;
  readonly onLeave: () => void;
}

/** A chat that several users and agents share. */
export function Room({ chatId, user, onLeave }: RoomProps) {
  const room = useRoom(chatId, user);
  const { chat, actions, people, isThere } = room;
  const { deeds, notice, forget } = useRoomDeeds(actions);
  const input = useRef<HTMLTextAreaElement>(null);
  const { onType, onRest } = useOwnPresence(chat);

  const say = (text: string) => {
    onRest();
    // What the server does not take stands in the list, with a way to try again.
    void chat.sendMessage({ text });
    input.current?.focus();
  };

  const isEmpty = isThere && chat.messages.length === 0;
  const typing = people.filter((one) => one.isTyping && one.name !== user);
  return (
    <div
      className={styles['shell']}
      data-testid="room"
      data-status={chat.status}
    >
      <main className={styles['chat']}>
        <RoomHeader
          people={people}
          connection={chat.connection}
          canFork={chat.messages.length > 0}
          onFork={() => deeds.fork()}
        />
        {isEmpty ? (
          <EmptyRoom onChoose={say} />
        ) : (
          <MessageList room={room} deeds={deeds} />
        )}
        <Composer input={input} typing={typing} onType={onType} onSend={say} />
      </main>
      <RoomPanel room={room} chatId={chatId} user={user} onLeave={onLeave} />
      <Notice text={notice} onClose={forget} />
    </div>
  );
}
