'use client';

import {
  useEffect,
  useRef,
  useState,
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { SendIcon, StopIcon } from '@/components/icons';
import styles from './composer.module.css';

interface ComposerProps {
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly busy: boolean;
  /** Whether the assistant waits for an approval first. */
  readonly asking: boolean;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
}

/**
 * Where one writes: Enter sends, Shift+Enter begins a new line. The text stays
 * the element's own: what is typed before React has taken over is not lost.
 */
export function Composer(props: ComposerProps) {
  const { input, busy, asking, onSend, onStop } = props;
  const [empty, setEmpty] = useState(true);
  const form = useRef<HTMLFormElement>(null);
  const ready = !busy && !asking && !empty;

  const look = () => setEmpty(textIn(input) === '');
  useEffect(() => setEmpty(textIn(input) === ''), [input]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = textIn(input);
    if (busy || asking || text === '') return;
    onSend(text);
    form.current?.reset();
    look();
  };

  return (
    <div className={styles.dock}>
      <form ref={form} className={styles.form} onSubmit={submit}>
        <textarea
          ref={input}
          className={styles.input}
          data-testid="composer"
          aria-label="Message"
          placeholder={asking ? 'Approve or deny above' : 'Write a message…'}
          rows={1}
          autoFocus
          onInput={look}
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

function textIn({ current }: ComposerProps['input']): string {
  return current?.value.trim() ?? '';
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
