import { useCallback, useRef, useState } from 'react';
import type { ApprovalReply } from '../session/room-actions.ts';
import { useOwnPresence } from '../session/use-own-presence.ts';
import { useRoom } from '../session/use-room.ts';
import { goToRoom } from '../use-room-id.ts';
import { Composer } from './composer.tsx';
import { EmptyRoom } from './empty-room.tsx';
import { CrossIcon } from './icons.tsx';
import { MessageList } from './message-list.tsx';
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
  const { session, snapshot, actions, people, isThere } = room;
  const [notice, setNotice] = useState<string>();
  const input = useRef<HTMLTextAreaElement>(null);
  const isConnected = snapshot.connection === 'connected';
  const { onType, onRest } = useOwnPresence(session, isConnected);

  /** What a person asked for and did not get, they are told. */
  const attempt = useCallback((work: Promise<unknown>, what: string) => {
    work.catch(() => setNotice(`${what} did not work. Try again?`));
  }, []);

  const say = (text: string) => {
    onRest();
    // What the server does not take stands in the list, with a way to try again.
    session.send({ text }).catch(() => undefined);
    input.current?.focus();
  };
  const reply = async (answer: ApprovalReply) => {
    const first = await actions.reply(answer);
    if (first !== undefined) setNotice(`${first} answered first.`);
  };
  const fork = async (messageId?: string) =>
    goToRoom(await actions.fork(messageId));

  const isEmpty = isThere && snapshot.messages.length === 0;
  const typing = people.filter((one) => one.isTyping && one.name !== user);
  return (
    <div
      className={styles['shell']}
      data-testid="room"
      data-status={snapshot.status}
    >
      <main className={styles['chat']}>
        <RoomHeader
          people={people}
          connection={snapshot.connection}
          canFork={snapshot.messages.length > 0}
          onFork={() => attempt(fork(), 'Forking')}
        />
        {isEmpty ? (
          <EmptyRoom onChoose={say} />
        ) : (
          <MessageList
            room={room}
            onReply={(answer) => attempt(reply(answer), 'Answering')}
            onFork={(id) => attempt(fork(id), 'Forking')}
            onStop={(runId, name) =>
              attempt(actions.stop(runId, name), 'Stopping')
            }
          />
        )}
        <Composer input={input} typing={typing} onType={onType} onSend={say} />
      </main>
      <RoomPanel room={room} chatId={chatId} user={user} onLeave={onLeave} />
      {notice !== undefined && (
        <p className={styles['notice']} role="status" data-testid="notice">
          {notice}
          <button
            type="button"
            className="icon-button"
            aria-label="Close"
            onClick={() => setNotice(undefined)}
          >
            <CrossIcon />
          </button>
        </p>
      )}
    </div>
  );
}
