import type { ReactNode } from 'react';
import type { RoomChat } from '../session/room-chat.ts';
import { Avatar } from './avatar.tsx';
import styles from './speaker.module.css';

interface SpeakerProps {
  readonly id: string;
  readonly agents: RoomChat['agents'];
  readonly isAgent: boolean;
  readonly children?: ReactNode;
}

/** Whose words follow. */
export function Speaker({ id, agents, isAgent, children }: SpeakerProps) {
  const place = agents.findIndex((agent) => agent.id === id);
  const name = isAgent ? (agents[place]?.name ?? id) : id;
  return (
    <p className={styles['speaker']}>
      <Avatar
        name={name}
        kind={isAgent ? 'agent' : 'user'}
        isSecond={place % 2 === 1}
      />
      <strong>{name}</strong>
      {isAgent && <small>agent</small>}
      {children}
    </p>
  );
}
