import { useEffect } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import type { CollabMessage } from '../../shared/collab-message.ts';
import type { RoomDeeds } from '../session/use-room-deeds.ts';
import type { RoomState } from '../session/use-room.ts';
import { ArrowDownIcon } from './icons.tsx';
import { MessageView } from './message-view.tsx';
import { ThinkingAgents } from './thinking-agents.tsx';
import { UnsentList } from './unsent-list.tsx';
import styles from './message-list.module.css';

interface MessageListProps {
  readonly room: RoomState;
  readonly deeds: RoomDeeds;
}

/** Follows the newest words, until the reader scrolls up to read. */
export function MessageList({ room, deeds }: MessageListProps) {
  const { chat, activities } = room;
  const { messages, authors, agents, runs, ends, unsent, actorId } = chat;
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } =
    useStickToBottom({ initial: 'instant', resize: 'smooth' });
  const own = unsent.at(-1)?.message.id;

  // Who says something wants to see it, wherever they were reading.
  useEffect(() => {
    if (own !== undefined) void scrollToBottom();
  }, [own, scrollToBottom]);

  const waiting = new Set(unsent.map(({ message }) => message.id));
  return (
    <div className={styles['frame']}>
      <div className={styles['scroller']} ref={scrollRef}>
        <div className={styles['content']} ref={contentRef}>
          {messages.map((message) => {
            const author = authors.get(message.id) ?? actorId ?? '';
            return (
              <MessageView
                key={message.id}
                message={message}
                author={author}
                agents={agents}
                isOwn={message.role === 'user' && author === actorId}
                isUnsent={waiting.has(message.id)}
                run={runs.find(({ messageId }) => messageId === message.id)}
                end={ends.get(message.id)}
                decider={deciderOf(message, activities)}
                deeds={deeds}
              />
            );
          })}
          <ThinkingAgents chat={chat} />
          <UnsentList chat={chat} />
        </div>
      </div>
      {!isAtBottom && (
        <button
          type="button"
          className={`icon-button ${styles['down']}`}
          aria-label="Go to the newest message"
          onClick={() => void scrollToBottom()}
        >
          <ArrowDownIcon />
        </button>
      )}
    </div>
  );
}

/** Who answered what a message asked, as far as the room remembers. */
function deciderOf(
  { parts }: CollabMessage,
  activities: RoomState['activities'],
): string | undefined {
  const calls = parts.map((part) =>
    'toolCallId' in part ? part.toolCallId : undefined,
  );
  const answer = activities.find(
    ({ kind, target }) =>
      (kind === 'approved' || kind === 'denied') &&
      target !== undefined &&
      calls.includes(target),
  );
  return answer?.who;
}
