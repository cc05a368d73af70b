import type { CollabMessage } from '../../shared/collab-message.ts';
import styles from './unsent-view.module.css';

interface UnsentViewProps {
  readonly message: CollabMessage;
  readonly onRetry: () => void;
}

/** What the server did not take: nobody else has seen it. */
export function UnsentView({ message, onRetry }: UnsentViewProps) {
  const text = message.parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n');
  return (
    <div className={styles['unsent']} role="alert" data-testid="unsent">
      <p>
        Not sent: <q>{text}</q>
      </p>
      <button type="button" className="button" onClick={onRetry}>
        Send again
      </button>
    </div>
  );
}
