/** @jsxImportSource preact */
import { useEffect, useRef } from 'preact/hooks';
import { MessagePartView, type LoosePart } from './message-part-view.js';
import type { MomentStore } from './moment-store.js';
import { useObservable } from './use-observable.js';
import type { MomentMessage } from './wire.js';

interface MessagePaneProps {
  readonly moments: MomentStore;
  readonly number: number;
  readonly total: number;
}

/** The messages as they stood after a record. */
export function MessagePane({ moments, number, total }: MessagePaneProps) {
  useObservable(moments);
  const { moment } = moments;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const { current } = box;
    if (current !== null) current.scrollTop = current.scrollHeight;
  }, [moment]);
  return (
    <section
      class="messages"
      aria-label="Messages"
      aria-busy={moment?.number !== number}
      ref={box}
      tabIndex={0}
    >
      <h2>
        Messages <small>{number < total ? `as of #${number}` : 'now'}</small>
      </h2>
      {moment !== undefined && moment.earlier > 0 && (
        <p class="messages-earlier">
          {moment.earlier} earlier ones are not shown.
        </p>
      )}
      {moment?.messages.map((shown) => (
        <Message key={shown.message.id} shown={shown} />
      ))}
      {moment?.messages.length === 0 && (
        <p class="messages-earlier">Nothing was said yet.</p>
      )}
    </section>
  );
}

function Message({ shown }: { readonly shown: MomentMessage }) {
  const { message, actorId, isWritten } = shown;
  // CAST: read field by field: a message may be older or newer than this page.
  const parts = message.parts as readonly LoosePart[];
  return (
    <article class="message" data-role={message.role}>
      <header>
        <strong>{actorId}</strong>
        <span>{message.role}</span>
        {isWritten && (
          <span class="pill" data-kind="active">
            being written
          </span>
        )}
        <code>{message.id}</code>
      </header>
      {parts.map((part, index) => (
        <MessagePartView key={index} part={part} />
      ))}
    </article>
  );
}
