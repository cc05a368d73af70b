import {
  useRef,
  useState,
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { SendIcon } from './icons.tsx';
import { TypingLine } from './typing-line.tsx';
import type { Person } from '../session/people.ts';
import styles from './composer.module.css';

interface ComposerProps {
  readonly input: RefObject<HTMLTextAreaElement | null>;
  /** Those others who type at this moment. */
  readonly typing: readonly Person[];
  readonly onType: () => void;
  readonly onSend: (text: string) => void;
}

/**
 * Where one writes, at any time: agents that are busy answer later. Enter sends,
 * Shift+Enter begins a new line.
 */
export function Composer({ input, typing, onType, onSend }: ComposerProps) {
  const [text, setText] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const isEmpty = text.trim() === '';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isEmpty) return;
    onSend(text.trim());
    setText('');
  };

  return (
    <div className={styles['dock']}>
      <TypingLine people={typing} />
      <form ref={form} className={styles['form']} onSubmit={submit}>
        <textarea
          ref={input}
          className={styles['input']}
          data-testid="composer"
          aria-label="Message"
          placeholder="Write to everybody…"
          rows={1}
          autoFocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            if (event.target.value.trim() !== '') onType();
          }}
          onKeyDown={(event) => {
            if (!isSending(event)) return;
            event.preventDefault();
            form.current?.requestSubmit();
          }}
        />
        <button
          type="submit"
          className={styles['action']}
          data-testid="send"
          disabled={isEmpty}
          aria-label="Send"
        >
          <SendIcon />
        </button>
      </form>
      <p className={styles['hint']}>
        Iris hears everybody. Otto speaks up at a question, or at his name.
      </p>
    </div>
  );
}

/** Enter, but not the one that chooses a word in an input method. */
function isSending({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && !shiftKey && !nativeEvent.isComposing;
}
