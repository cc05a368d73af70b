import styles from './empty-room.module.css';

const SUGGESTIONS = [
  {
    title: 'How should we plan launch week?',
    hint: 'Both agents answer, side by side',
  },
  {
    title: 'Deploy a preview of my branch',
    hint: 'Anybody here may approve it',
  },
  {
    title: 'Hello, everybody',
    hint: 'Iris answers, Otto keeps quiet',
  },
  {
    title: 'Otto, what could go wrong?',
    hint: 'A trigger of another kind',
  },
];

interface EmptyRoomProps {
  readonly onChoose: (text: string) => void;
}

/** What a new room shows: what this is, and ways to begin. */
export function EmptyRoom({ onChoose }: EmptyRoomProps) {
  return (
    <div className={styles['scroller']}>
      <section className={styles['empty']} data-testid="empty">
        <h2 className={styles['heading']}>Nobody has said anything yet.</h2>
        <p className={styles['lead']}>
          Copy the link, open it as somebody else, and talk: to each other, and
          to Iris and Otto.
        </p>
        <ul className={styles['suggestions']}>
          {SUGGESTIONS.map(({ title, hint }) => (
            <li key={title}>
              <button
                type="button"
                className={styles['suggestion']}
                onClick={() => onChoose(title)}
              >
                <span>{title}</span>
                <small>{hint}</small>
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
