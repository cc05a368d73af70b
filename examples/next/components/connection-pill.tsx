'use client';

import { useConnection } from '@/client/use-connection';
import styles from './connection-pill.module.css';

const LABELS = {
  idle: '',
  connected: 'Live',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
};

/** Small while all is well, and clear about it when it is not. */
export function ConnectionPill() {
  const state = useConnection();
  return (
    <output
      className={styles.pill}
      data-testid="connection"
      data-state={state}
      aria-label="Connection"
    >
      {LABELS[state]}
    </output>
  );
}
