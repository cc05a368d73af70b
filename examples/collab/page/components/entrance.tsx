import { useState, type FormEvent } from 'react';
import { tidyName } from '../../shared/user-header.ts';
import { MarkIcon } from './icons.tsx';
import styles from './entrance.module.css';

interface EntranceProps {
  readonly onEnter: (name: string) => void;
}

/** Asks for a name: a demo has no accounts. */
export function Entrance({ onEnter }: EntranceProps) {
  const [text, setText] = useState('');
  const name = tidyName(text);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name !== undefined) onEnter(name);
  };

  return (
    <main className={styles['entrance']}>
      <div className={styles['card']}>
        <p className={styles['brand']}>
          <MarkIcon /> Shared room
        </p>
        <h1 className={styles['heading']}>Who is coming in?</h1>
        <p className={styles['lead']}>
          One chat for several people and two agents. Everybody reads the same
          words at the same moment, and nothing is lost when somebody leaves.
        </p>
        <form className={styles['form']} onSubmit={submit}>
          <input
            data-testid="name"
            aria-label="Your name"
            placeholder="Your name"
            autoComplete="nickname"
            maxLength={40}
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button
            type="submit"
            className="button primary"
            data-testid="enter"
            disabled={name === undefined}
          >
            Enter
          </button>
        </form>
        <p className={styles['note']}>
          No account: the same name on another device is you there, too.
        </p>
      </div>
    </main>
  );
}
