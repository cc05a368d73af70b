'use client';

import { isValidElement, useRef, type ReactNode } from 'react';
import { CopyButton } from '@/components/copy-button';
import styles from './code-block.module.css';

/** Code with its language's name and a way to take it along. */
export function CodeBlock({ children }: { children?: ReactNode }) {
  const pre = useRef<HTMLPreElement>(null);
  return (
    <figure className={styles.block}>
      <figcaption className={styles.caption}>
        <span>{languageOf(children)}</span>
        <CopyButton
          textToCopy={() => pre.current?.textContent ?? ''}
          label="Copy code"
        />
      </figcaption>
      <pre ref={pre} tabIndex={0}>
        {children}
      </pre>
    </figure>
  );
}

function languageOf(code: ReactNode): string {
  if (!isValidElement<{ className?: string }>(code)) return 'text';
  return /language-(\S+)/.exec(code.props.className ?? '')?.[1] ?? 'text';
}
