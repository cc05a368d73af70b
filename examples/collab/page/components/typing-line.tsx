import type { Person } from '../session/people.ts';
import styles from './typing-line.module.css';

interface TypingLineProps {
  readonly people: readonly Person[];
}

/** Keeps its place while nobody types, so that nothing jumps. */
export function TypingLine({ people }: TypingLineProps) {
  const text = sentence(people.map(({ name }) => name));
  return (
    <p className={styles['line']} data-testid="typing" aria-live="polite">
      {text !== '' && (
        <>
          <span className={styles['dots']} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {text}
        </>
      )}
    </p>
  );
}

function sentence(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return '';
  if (second === undefined) return `${first} is typing`;
  if (names.length === 2) return `${first} and ${second} are typing`;
  return `${first} and ${names.length - 1} others are typing`;
}
