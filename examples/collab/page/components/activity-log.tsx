import type { ReactNode } from 'react';
import type { Entry } from '../session/activities.ts';
import { goToRoom, roomPath } from '../use-room-id.ts';
import styles from './activity-log.module.css';

interface ActivityLogProps {
  readonly entries: readonly Entry[];
  /** The room that is looked at. */
  readonly chatId: string;
}

/** What happened here, the newest first; who comes late reads it, too. */
export function ActivityLog({ entries, chatId }: ActivityLogProps) {
  if (entries.length === 0) {
    return <p className={styles['none']}>Nothing yet</p>;
  }
  return (
    <ol className={styles['log']} data-testid="activity">
      {entries.map((entry) => (
        <li key={entry.key} data-kind={entry.kind}>
          <time dateTime={new Date(entry.at).toISOString()}>
            {clock.format(entry.at)}
          </time>
          <span>{sentence(entry, chatId)}</span>
        </li>
      ))}
    </ol>
  );
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

function sentence(entry: Entry, here: string): ReactNode {
  const { kind, who, target = '', source = '' } = entry;
  switch (kind) {
    case 'joined':
      return `${who} came in`;
    case 'approved':
      return `${who} approved the deployment`;
    case 'denied':
      return `${who} denied the deployment`;
    case 'stopped':
      return `${who} stopped ${target}`;
    case 'forked':
      return target === here ? (
        <>
          {who} forked this from <RoomLink id={source}>another room</RoomLink>
        </>
      ) : (
        <>
          {who} made <RoomLink id={target}>a fork</RoomLink>
        </>
      );
  }
}

function RoomLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <a
      href={roomPath(id)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        goToRoom(id);
      }}
    >
      {children}
    </a>
  );
}
