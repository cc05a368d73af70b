'use client';

import type { ChatStatus } from 'ai';
import { useEffect } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import { ArrowDownIcon } from '@/components/icons';
import { ErrorNotice } from '@/components/error-notice';
import { MessageView } from '@/components/message-view';
import { Thinking } from '@/components/thinking';
import type { ApprovalAnswer } from '@/components/tool-card';
import type { DemoMessage } from '@/lib/demo-message';
import styles from './message-list.module.css';

interface MessageListProps {
  readonly messages: DemoMessage[];
  readonly status: ChatStatus;
  readonly error: Error | undefined;
  readonly onAnswer: (answer: ApprovalAnswer) => void;
  readonly onRegenerate: () => void;
}

/** Follows the newest words, until the reader scrolls up to read. */
export function MessageList(props: MessageListProps) {
  const { messages, status, error, onAnswer, onRegenerate } = props;
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } =
    useStickToBottom({ initial: 'instant', resize: 'smooth' });
  const newest = messages.at(-1);
  const sent = newest?.role === 'user' ? newest.id : undefined;

  // Who says something wants to see it, wherever they were reading.
  useEffect(() => {
    if (sent !== undefined) void scrollToBottom();
  }, [sent, scrollToBottom]);

  const waiting = status === 'submitted' && newest?.role === 'user';

  return (
    <div className={styles.frame}>
      <div className={styles.scroller} ref={scrollRef}>
        <div className={styles.content} ref={contentRef}>
          {messages.map((message) => (
            <MessageView
              key={message.id}
              message={message}
              status={message === newest ? status : 'ready'}
              newest={message === newest}
              onAnswer={onAnswer}
              onRegenerate={onRegenerate}
            />
          ))}
          {waiting && <Thinking />}
          {error && <ErrorNotice error={error} onRetry={onRegenerate} />}
        </div>
      </div>
      {!isAtBottom && (
        <button
          type="button"
          className={`icon-button ${styles.down}`}
          aria-label="Go to the newest message"
          onClick={() => void scrollToBottom()}
        >
          <ArrowDownIcon />
        </button>
      )}
    </div>
  );
}
