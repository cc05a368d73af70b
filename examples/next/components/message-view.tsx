import type { ChatStatus } from 'ai';
import { memo } from 'react';
import { Markdown } from '@/components/markdown';
import { MessageActions } from '@/components/message-actions';
import { ReasoningView } from '@/components/reasoning-view';
import { ToolCard, type ApprovalAnswer } from '@/components/tool-card';
import type { DemoMessage, DemoPart } from '@/lib/demo-message';
import { isAsking } from '@/lib/is-asking';
import styles from './message-view.module.css';

interface MessageViewProps {
  readonly message: DemoMessage;
  readonly status: ChatStatus;
  readonly newest: boolean;
  readonly onAnswer: (answer: ApprovalAnswer) => void;
  readonly onRegenerate: () => void;
}

export const MessageView = memo(function MessageView(props: MessageViewProps) {
  const { message, status, newest, onAnswer, onRegenerate } = props;
  const live = status === 'submitted' || status === 'streaming';
  const settled = message.role === 'assistant' && !live && !isAsking([message]);
  const stopped = settled && status !== 'error' && endsOpen(message);
  return (
    <article
      className={styles.message}
      data-testid="chat-message"
      data-role={message.role}
      aria-label={message.role === 'user' ? 'You' : 'Assistant'}
    >
      {message.parts.map((part, index) => (
        <PartView
          // Parts are only ever appended, so the place is a name.
          key={index}
          part={part}
          role={message.role}
          live={live && index === message.parts.length - 1}
          onAnswer={onAnswer}
        />
      ))}
      {stopped && <p className={styles.stopped}>Stopped here</p>}
      {settled && (
        <MessageActions
          text={textOf(message)}
          onRegenerate={newest ? onRegenerate : undefined}
        />
      )}
    </article>
  );
}, sameMessage);

interface PartViewProps {
  readonly part: DemoPart;
  readonly role: DemoMessage['role'];
  /** Whether this part may still grow. */
  readonly live: boolean;
  readonly onAnswer: (answer: ApprovalAnswer) => void;
}

function PartView({ part, role, live, onAnswer }: PartViewProps) {
  switch (part.type) {
    case 'text':
      if (role === 'user') return <p className={styles.said}>{part.text}</p>;
      return <Markdown text={part.text} live={live} />;
    case 'reasoning':
      return <ReasoningView text={part.text} live={live} />;
    case 'tool-deployPreview':
      return <ToolCard part={part} live={live} onAnswer={onAnswer} />;
    default:
      return null;
  }
}

function textOf({ parts }: DemoMessage): string {
  return parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** A part that was never finished: the run was stopped, or died. */
function endsOpen({ parts }: DemoMessage): boolean {
  const last = parts.at(-1);
  return last !== undefined && 'state' in last && last.state === 'streaming';
}

/** The callbacks are new at each word; what they do is not. */
function sameMessage(before: MessageViewProps, now: MessageViewProps): boolean {
  return (
    before.message === now.message &&
    before.status === now.status &&
    before.newest === now.newest
  );
}
