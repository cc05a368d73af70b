import styles from './thinking.module.css';

/** Until the first word comes. */
export function Thinking() {
  return (
    <p className={styles['thinking']} role="status" aria-label="Waiting">
      <span />
      <span />
      <span />
    </p>
  );
}
