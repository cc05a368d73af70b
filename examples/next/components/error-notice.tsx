import styles from './error-notice.module.css';

interface ErrorNoticeProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** What went wrong, and the way on. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  return (
    <div className={styles.notice} role="alert" data-testid="error">
      <p>{textOf(error)}</p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/** What a proxy says in HTML or JSON is not meant for readers. */
function textOf({ message }: Error): string {
  const isText = message !== '' && !/^\s*[<{[]/.test(message);
  return isText ? message : 'The server could not answer.';
}
