import styles from './empty-state.module.css';

const SUGGESTIONS = [
  {
    title: 'Plan a slow weekend in Lisbon',
    hint: 'Headings, lists and a table',
  },
  {
    title: 'How do durable streams work?',
    hint: 'With the code on both sides',
  },
  {
    title: 'Deploy a preview of my branch',
    hint: 'A tool that asks you first',
  },
  {
    title: 'Tell me a story about a lighthouse',
    hint: 'Long enough to reload twice',
  },
];

interface EmptyStateProps {
  readonly onChoose: (text: string) => void;
}

/** What a new chat shows: what this is, and ways to begin. */
export function EmptyState({ onChoose }: EmptyStateProps) {
  return (
    <div className={styles.scroller}>
      <section className={styles.empty}>
        <h2 className={styles.heading}>Go on, break it.</h2>
        <p className={styles.lead}>
          Answers here outlive reloads, lost connections and closed tabs. Start
          one, then try to lose it.
        </p>
        <ul className={styles.suggestions}>
          {SUGGESTIONS.map(({ title, hint }) => (
            <li key={title}>
              <button
                type="button"
                className={styles.suggestion}
                data-testid="suggestion"
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
