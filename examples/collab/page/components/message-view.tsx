import { memo } from 'react';
import type { CollabMessage, CollabPart } from '../../shared/collab-message.ts';
import type { RoomChat } from '../session/room-chat.ts';
import type { RoomDeeds } from '../session/use-room-deeds.ts';
import { ForkIcon, StopIcon } from './icons.tsx';
import { Markdown } from './markdown.tsx';
import { Speaker } from './speaker.tsx';
import { ToolCard } from './tool-card.tsx';
import styles from './message-view.module.css';

type Run = RoomChat['runs'][number];
type End = NonNullable<ReturnType<RoomChat['ends']['get']>>;

interface MessageViewProps {
  readonly message: CollabMessage;
  readonly author: string;
  readonly agents: RoomChat['agents'];
  readonly isOwn: boolean;
  /** Not in the log yet, as far as this page knows. */
  readonly isUnsent: boolean;
  /** Where it is being written. */
  readonly run: Run | undefined;
  /** Where it ended before its time. */
  readonly end: End | undefined;
  /** Who answered what it asked. */
  readonly decider: string | undefined;
  readonly deeds: RoomDeeds;
}

export const MessageView = memo(function MessageView(props: MessageViewProps) {
  const { message, author, agents, isOwn, isUnsent, run, end } = props;
  const { decider, deeds } = props;
  const isAgent = message.role === 'assistant';
  const name = agents.find(({ id }) => id === author)?.name ?? author;
  return (
    <article
      className={styles['message']}
      data-testid="chat-message"
      data-role={message.role}
      data-author={author}
      data-own={isOwn}
      data-unsent={isUnsent}
      data-live={run !== undefined}
      aria-label={isOwn ? 'You' : name}
    >
      {!isOwn && (
        <Speaker id={author} agents={agents} isAgent={isAgent}>
          {run !== undefined && (
            <button
              type="button"
              className={`button ${styles['stop']}`}
              data-testid="stop"
              onClick={() => deeds.stop(run.id, name)}
            >
              <StopIcon /> Stop
            </button>
          )}
        </Speaker>
      )}
      <div className={styles['body']} data-testid="words">
        {message.parts.map((part, index) => (
          <PartView
            // Parts are only ever appended, so the place is a name.
            key={index}
            part={part}
            isAgent={isAgent}
            live={run !== undefined && index === message.parts.length - 1}
            decider={decider}
            onReply={deeds.reply}
          />
        ))}
        {end !== undefined && run === undefined && <EndNote end={end} />}
      </div>
      {isUnsent && <p className={styles['note']}>Waits to be sent</p>}
      {isAgent && run === undefined && (
        <button
          type="button"
          className={styles['fork']}
          data-testid="fork-here"
          onClick={() => deeds.fork(message.id)}
        >
          <ForkIcon /> Fork from here
        </button>
      )}
    </article>
  );
});

interface PartViewProps {
  readonly part: CollabPart;
  readonly isAgent: boolean;
  /** Whether this part may still grow. */
  readonly live: boolean;
  readonly decider: string | undefined;
  readonly onReply: RoomDeeds['reply'];
}

function PartView({ part, isAgent, live, decider, onReply }: PartViewProps) {
  switch (part.type) {
    case 'text':
      if (!isAgent) return <p className={styles['said']}>{part.text}</p>;
      return <Markdown text={part.text} live={live} />;
    case 'tool-deployPreview':
      return (
        <ToolCard part={part} live={live} decider={decider} onReply={onReply} />
      );
    default:
      return null;
  }
}

function EndNote({ end }: { end: End }) {
  if (end.status === 'stopped') {
    return <p className={styles['note']}>Stopped here</p>;
  }
  return (
    <p className={styles['note']} data-tone="bad">
      {end.error ?? 'This answer was cut off.'}
    </p>
  );
}
