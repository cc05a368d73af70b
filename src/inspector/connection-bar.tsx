/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import { dropLine, steerLine } from './api.js';
import type { FeedStore } from './feed-store.js';
import type { ConnectionEvent, LineState } from './wire.js';

const WORDS: Readonly<Record<ConnectionEvent['kind'], string>> = {
  opening: 'Connecting',
  opened: 'Live',
  resumed: 'Live',
  lost: 'Reconnecting',
  ended: 'Ended',
};

const DELAYS = [0, 500, 2_000];

/** This page's own connection: what happens to it, and what may be done to it. */
export function ConnectionBar({ feed }: { readonly feed: FeedStore }) {
  const [line, setLine] = useState<LineState>({ isOffline: false, delayMs: 0 });
  const { connection } = feed;
  const kind = connection?.kind ?? 'opening';
  const steer = (next: LineState): void => {
    setLine(next);
    steerLine(feed.id, next).catch(() => setLine(line));
  };
  return (
    <div class="connection">
      <details class="connection-log">
        <summary class="pill" data-kind={feed.isServed ? kind : 'ended'}>
          {feed.isServed ? WORDS[kind] : 'Inspector is gone'}
        </summary>
        <ol>
          {feed.events.map((event) => (
            <EventLine key={`${event.at} ${event.text}`} event={event} />
          ))}
        </ol>
      </details>
      <button
        type="button"
        class="button"
        title="Cut this page's connection to the streams server, once"
        onClick={() => void dropLine(feed.id).catch(() => undefined)}
      >
        Drop
      </button>
      <label
        class="check"
        title="Keep this page's connection down until you let go"
      >
        <input
          type="checkbox"
          checked={line.isOffline}
          onChange={({ currentTarget: { checked: isOffline } }) =>
            steer({ ...line, isOffline })
          }
        />
        Offline
      </label>
      <label class="check" title="Let everything come later">
        Delay
        <select
          value={line.delayMs}
          onChange={({ currentTarget: { value } }) =>
            steer({ ...line, delayMs: Number(value) })
          }
        >
          {DELAYS.map((ms) => (
            <option key={ms} value={ms}>
              {ms === 0 ? 'none' : `${ms / 1_000} s`}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function EventLine({ event }: { readonly event: ConnectionEvent }) {
  return (
    <li>
      <time>{new Date(event.at).toLocaleTimeString()}</time>
      <span>
        {event.text} <small>at #{event.number}</small>
      </span>
    </li>
  );
}
