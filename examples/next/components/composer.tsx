'use client';

import {
  useRef,
  useState,
  type FormEvent,
  type KeyboardEvent,
  type Ref,
} from 'react';
import { SendIcon, StopIcon } from '@/components/icons';
import styles from './composer.module.css';

interface ComposerProps {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly busy: boolean;
  /** Whether the assistant waits for an approval first. */
  readonly asking: boolean;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
}

/** Where one writes: Enter sends, Shift+Enter begins a new line. */
export function Composer(props: ComposerProps) {
  const { ref, busy, asking, onSend, onStop } = props;
  const [text, setText] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const ready = !busy && !asking && text.trim() !== '';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    onSend(text.trim());
    setText('');
  };

  return (
    <div className={styles.dock}>
      <form ref={form} className={styles.form} onSubmit={submit}>
        <textarea
          ref={ref}
          className={styles.input}
          data-testid="composer"
          aria-label="Message"
          placeholder={asking ? 'Approve or deny above' : 'Write a message…'}
          rows={1}
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (!isSending(event)) return;
            event.preventDefault();
            form.current?.requestSubmit();
          }}
        />
        {busy ? <StopButton onStop={onStop} /> : <SendButton ready={ready} />}
      </form>
      <p className={styles.hint}>
        <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a new
        line
      </p>
    </div>
  );
}

function SendButton({ ready }: { ready: boolean }) {
  return (
    <button
      type="submit"
      className={styles.action}
      data-testid="send"
      disabled={!ready}
      aria-label="Send"
    >
      <SendIcon />
    </button>
  );
}

function StopButton({ onStop }: { onStop: () => void }) {
  return (
    <button
      type="button"
      className={styles.action}
      data-testid="stop"
      onClick={onStop}
      aria-label="Stop"
    >
      <StopIcon />
    </button>
  );
}

/** Enter, but not the one that chooses a word in an input method. */
function isSending({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && !shiftKey && !nativeEvent.isComposing;
}
