import { memo } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import styles from './markdown.module.css';

const components: Components = {
  table: ({ children }) => (
    <div className={styles['table']}>
      <table>{children}</table>
    </div>
  ),
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  ),
  // A model's image would fetch from wherever it says: the reader decides.
  img: ({ src, alt }) => (
    <a href={typeof src === 'string' ? src : undefined} rel="noreferrer">
      {alt ?? 'Image'}
    </a>
  ),
};

interface MarkdownProps {
  readonly text: string;
  /** Whether more words may follow. */
  readonly live: boolean;
}

/** A model's text. Raw HTML in it stays text. */
export const Markdown = memo(function Markdown({ text, live }: MarkdownProps) {
  return (
    <div className={styles['prose']} data-live={live}>
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
