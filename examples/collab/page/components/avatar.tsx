import type { CSSProperties } from 'react';
import type { Person } from '../session/people.ts';
import styles from './avatar.module.css';

interface AvatarProps {
  readonly name: string;
  readonly kind?: 'user' | 'agent';
  readonly status?: Person['status'];
  /** Agents differ by colour, too. */
  readonly isSecond?: boolean;
}

/** Stands for a user by a colour of their own, or for an agent. */
export function Avatar({
  name,
  kind = 'user',
  status,
  isSecond = false,
}: AvatarProps) {
  // CAST: React's styles know no properties of one's own.
  const style = { '--hue': hueOf(name) } as CSSProperties;
  return (
    <span
      className={styles['avatar']}
      style={style}
      data-kind={kind}
      data-status={status}
      data-second={isSecond}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.split(' ').filter((word) => word !== '');
  const ends = words.length > 1 ? [words.at(0), words.at(-1)] : words;
  const initials = ends.map((word = '') => /./u.exec(word)?.[0] ?? '');
  return initials.join('').toUpperCase();
}

/** The same name has the same colour everywhere. */
function hueOf(name: string): number {
  let hue = 17;
  for (const letter of name) {
    hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 3_600;
  }
  return hue / 10;
}
