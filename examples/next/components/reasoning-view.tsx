'use client';

import { useState } from 'react';
import { ChevronIcon } from '@/components/icons';
import styles from './reasoning-view.module.css';

interface ReasoningViewProps {
  readonly text: string;
  readonly live: boolean;
}

/** Open while it is thought, folded afterwards, unless the reader chose. */
export function ReasoningView({ text, live }: ReasoningViewProps) {
  const [chosen, setChosen] = useState<boolean>();
  const open = chosen ?? live;
  if (text === '' && !live) return null;
  return (
    <div className={styles.reasoning} data-testid="reasoning" data-live={live}>
      <button
        type="button"
        className={styles.summary}
        aria-expanded={open}
        onClick={() => setChosen(!open)}
      >
        <span className={styles.label}>{live ? 'Thinking…' : 'Thought'}</span>
        <ChevronIcon />
      </button>
      <div className={styles.fold} data-open={open} inert={!open}>
        <p className={styles.text}>{text}</p>
      </div>
    </div>
  );
}
