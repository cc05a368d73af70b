import { useSyncExternalStore } from 'react';
import type { RoomChat } from '../session/room-chat.ts';
import styles from './connection-pill.module.css';

const LABELS = {
  idle: '',
  connected: 'Live',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
};

interface ConnectionPillProps {
  readonly state: RoomChat['connection'];
}

/** Small while all is well, and clear about it when it is not. */
export function ConnectionPill({ state }: ConnectionPillProps) {
  // The browser knows at once; a connection finds it out by its silence.
  const isOnline = useSyncExternalStore(onNetwork, () => navigator.onLine);
  const shown = isOnline ? state : 'offline';
  return (
    <output
      className={styles['pill']}
      data-testid="connection"
      data-state={shown}
      aria-label="Connection"
    >
      {LABELS[shown]}
    </output>
  );
}

function onNetwork(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
