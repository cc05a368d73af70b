import styles from './error-notice.module.css';

interface ErrorNoticeProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** What went wrong, and the way on. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  return (
    <div className={styles.notice} role="alert" data-testid="error">
      <p>{error.message || 'Something went wrong.'}</p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
