import { CrossIcon } from './icons.tsx';
import styles from './notice.module.css';

interface NoticeProps {
  readonly text: string | undefined;
  readonly onClose: () => void;
}

/** What came of something that one did, where that is not to be seen. */
export function Notice({ text, onClose }: NoticeProps) {
  if (text === undefined) return null;
  return (
    <p className={styles['notice']} role="status" data-testid="notice">
      {text}
      <button
        type="button"
        className="icon-button"
        aria-label="Close"
        onClick={onClose}
      >
        <CrossIcon />
      </button>
    </p>
  );
}
