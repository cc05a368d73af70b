import { CopyButton } from '@/components/copy-button';
import { RegenerateIcon } from '@/components/icons';
import styles from './message-actions.module.css';

interface MessageActionsProps {
  readonly text: string;
  readonly onRegenerate: (() => void) | undefined;
}

export function MessageActions({ text, onRegenerate }: MessageActionsProps) {
  return (
    <div className={styles.actions} data-newest={onRegenerate !== undefined}>
      <CopyButton textToCopy={() => text} label="Copy message" />
      {onRegenerate && (
        <button
          type="button"
          className="icon-button"
          data-testid="regenerate"
          aria-label="Answer again"
          title="Answer again"
          onClick={onRegenerate}
        >
          <RegenerateIcon />
        </button>
      )}
    </div>
  );
}
