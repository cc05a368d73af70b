/** @jsxImportSource preact */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { doDeed, unanswered } from './api.js';
import { ConnectionBar } from './connection-bar.js';
import { FeedStore } from './feed-store.js';
import { FilterBar } from './filter-bar.js';
import { MessagePane } from './message-pane.js';
import { MomentStore } from './moment-store.js';
import { RecordDetail } from './record-detail.js';
import { RecordTable } from './record-table.js';
import { RunList } from './run-list.js';
import { Timeline } from './timeline.js';
import { useObservable } from './use-observable.js';
import type { DeedResult } from './wire.js';

/** Everything about one chat. */
export function ChatPanel({ chatId }: { readonly chatId: string }) {
  const feed = useMemo(() => new FeedStore(chatId), [chatId]);
  const moments = useMemo(() => new MomentStore(feed.id), [feed]);
  useEffect(() => () => feed.close(), [feed]);
  useEffect(() => {
    document.title = `${chatId} · Inspector`;
  }, [chatId]);
  useObservable(feed);
  // `undefined`: at the end, which moves.
  const [position, setPosition] = useState<number>();
  const [notice, setNotice] = useState<DeedResult>();
  const total = feed.rows.length;
  const number = Math.min(position ?? total, total);
  useEffect(() => moments.want(number), [moments, number]);
  const act = async (deed: string, run?: string): Promise<void> => {
    const query = { deed, chat: chatId, ...(run === undefined ? {} : { run }) };
    setNotice(await doDeed(query).catch(unanswered));
  };
  const row = feed.rows[number - 1];
  return (
    <>
      <header class="panel-head">
        <h1>{chatId}</h1>
        <button
          type="button"
          class="button"
          onClick={() => void act('recover')}
        >
          Recover
        </button>
        <ConnectionBar feed={feed} />
      </header>
      {notice && (
        <Notice notice={notice} onClose={() => setNotice(undefined)} />
      )}
      <RunList feed={feed} onAct={act} />
      <Timeline
        number={number}
        total={total}
        isLive={position === undefined}
        offset={row?.offset}
        onMove={setPosition}
      />
      <div class="columns">
        <section class="records" aria-label="Records">
          <FilterBar feed={feed} />
          <RecordTable
            rows={feed.shown}
            number={number}
            isLive={position === undefined}
            onSelect={setPosition}
          />
          <RecordDetail row={position === undefined ? undefined : row} />
        </section>
        <MessagePane moments={moments} number={number} total={total} />
      </div>
    </>
  );
}

function Notice(props: { notice: DeedResult; onClose: () => void }) {
  const { ok, text } = props.notice;
  return (
    <p class="notice" data-ok={ok} role="status">
      <span>{text}</span>
      <button type="button" class="link" onClick={props.onClose}>
        Dismiss
      </button>
    </p>
  );
}
