import type { Person } from '../session/people.ts';
import { Avatar } from './avatar.tsx';
import styles from './person-row.module.css';

interface PersonRowProps {
  readonly name: string;
  readonly note: string;
  readonly kind?: 'user' | 'agent';
  readonly status?: Person['status'];
  readonly isSelf?: boolean;
  readonly isSecond?: boolean;
  readonly isBusy?: boolean;
}

/** A user or an agent, and what they are up to. */
export function PersonRow(props: PersonRowProps) {
  const { name, note, kind = 'user', status, isSelf, isSecond, isBusy } = props;
  return (
    <li
      className={styles['row']}
      data-testid={kind === 'agent' ? 'agent' : 'person'}
      data-name={name}
      data-status={status}
      data-busy={isBusy}
    >
      <Avatar
        name={name}
        kind={kind}
        isSecond={isSecond ?? false}
        {...(status !== undefined && { status })}
      />
      <span className={styles['text']}>
        <strong>
          {name} {isSelf && <span>(you)</span>}
        </strong>
        <small>{note}</small>
      </span>
    </li>
  );
}
