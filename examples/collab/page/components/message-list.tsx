import { useEffect } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import type { ApprovalReply } from '../session/room-actions.ts';
import type { RoomState } from '../session/use-room.ts';
import { ArrowDownIcon } from './icons.tsx';
import { MessageView } from './message-view.tsx';
import { Speaker } from './speaker.tsx';
import { Thinking } from './thinking.tsx';
import { UnsentView } from './unsent-view.tsx';
import styles from './message-list.module.css';

interface MessageListProps {
  readonly room: RoomState;
  readonly onReply: (answer: ApprovalReply) => void;
  readonly onFork: (messageId: string) => void;
  readonly onStop: (runId: string, agentName: string) => void;
}

/** Follows the newest words, until the reader scrolls up to read. */
export function MessageList(props: MessageListProps) {
  const { room, onReply, onFork, onStop } = props;
  const { snapshot, session, activities } = room;
  const { messages, authors, agents, runs, ends, unsent, actorId } = snapshot;
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } =
    useStickToBottom({ initial: 'instant', resize: 'smooth' });
  const own = unsent.at(-1)?.message.id;

  // Who says something wants to see it, wherever they were reading.
  useEffect(() => {
    if (own !== undefined) void scrollToBottom();
  }, [own, scrollToBottom]);

  const shown = new Set(messages.map(({ id }) => id));
  const waiting = new Set(unsent.map(({ message }) => message.id));
  const deciders = new Map(
    activities
      .filter(({ kind }) => kind === 'approved' || kind === 'denied')
      .map(({ target = '', who }) => [target, who]),
  );
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
                decider={deciderOf(message.parts, deciders)}
                onReply={onReply}
                onFork={onFork}
                onStop={onStop}
              />
            );
          })}
          {runs
            .filter(({ messageId }) => !shown.has(messageId))
            .map(({ id, agentId }) => (
              <div key={id} data-testid="thinking">
                <Speaker id={agentId} agents={agents} isAgent />
                <Thinking />
              </div>
            ))}
          {unsent
            .filter(({ error }) => error !== undefined)
            .map(({ message }) => (
              <UnsentView
                key={message.id}
                message={message}
                onRetry={() => {
                  // Refused again, it stands here again.
                  session.send({ message }).catch(() => undefined);
                }}
              />
            ))}
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
  parts: readonly object[],
  deciders: ReadonlyMap<string, string>,
): string | undefined {
  return parts
    .map(
      (part) => 'toolCallId' in part && deciders.get(String(part.toolCallId)),
    )
    .find((who) => typeof who === 'string') as string | undefined; // CAST: found as one.
}
