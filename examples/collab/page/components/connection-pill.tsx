import type { RoomSnapshot } from '../session/room-session.ts';
import styles from './connection-pill.module.css';

const LABELS = {
  idle: '',
  connected: 'Live',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
};

interface ConnectionPillProps {
  readonly state: RoomSnapshot['connection'];
}

/** Small while all is well, and clear about it when it is not. */
export function ConnectionPill({ state }: ConnectionPillProps) {
  return (
    <output
      className={styles['pill']}
      data-testid="connection"
      data-state={state}
      aria-label="Connection"
    >
      {LABELS[state]}
    </output>
  );
}
