import type { Person } from '../session/people.ts';
import type { RoomChat } from '../session/room-chat.ts';
import { Avatar } from './avatar.tsx';
import { ConnectionPill } from './connection-pill.tsx';
import { ForkIcon, MarkIcon, PeopleIcon } from './icons.tsx';
import styles from './room-header.module.css';

const SHOWN = 4;

interface RoomHeaderProps {
  readonly people: readonly Person[];
  readonly connection: RoomChat['connection'];
  readonly canFork: boolean;
  readonly onFork: () => void;
}

/** Who is there, and how this page is connected. */
export function RoomHeader(props: RoomHeaderProps) {
  const { people, connection, canFork, onFork } = props;
  const present = people.filter(({ status }) => status !== 'offline');
  return (
    <header className={styles['header']}>
      <h1 className={styles['brand']}>
        <MarkIcon /> <span>Shared room</span>
      </h1>
      <ConnectionPill state={connection} />
      <div
        className={styles['stack']}
        role="img"
        aria-label={`Here: ${present.map(({ name }) => name).join(', ')}`}
      >
        {present.slice(0, SHOWN).map(({ name }) => (
          <Avatar key={name} name={name} />
        ))}
      </div>
      <button
        type="button"
        className={`button ${styles['button']}`}
        data-testid="fork"
        title="Go on in a room of its own, with all that was said"
        disabled={!canFork}
        onClick={onFork}
      >
        <ForkIcon /> <span>Fork</span>
      </button>
      <button
        type="button"
        className={`icon-button ${styles['menu']}`}
        popoverTarget="panel"
        aria-label="Show people and activity"
      >
        <PeopleIcon />
      </button>
    </header>
  );
}
