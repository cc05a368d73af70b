/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RecordRow } from './wire.js';

/** As `.record` has it: what is not seen need not be there. */
const ROW_HEIGHT = 30;
/** Beyond the edges, so that scrolling finds rows. */
const MARGIN = 12;

interface RecordTableProps {
  readonly rows: readonly RecordRow[];
  /** The record that the chat is shown after. */
  readonly number: number;
  readonly isLive: boolean;
  readonly onSelect: (number: number) => void;
}

/** Thousands of records, of which only those are rendered that are seen. */
export function RecordTable({
  rows,
  number,
  isLive,
  onSelect,
}: RecordTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const selected = rows.findLastIndex((row) => row.number <= number);
  useViewport(box, setView);
  useFollowing(box, isLive ? rows.length - 1 : selected);
  const first = Math.max(0, Math.floor(view.top / ROW_HEIGHT) - MARGIN);
  const count = Math.ceil(view.height / ROW_HEIGHT) + 2 * MARGIN;
  const seen = rows.slice(first, first + count);
  const move = (to: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (row !== undefined) onSelect(row.number);
  };
  return (
    <div
      class="record-list"
      role="listbox"
      aria-label="Records in the log's order"
      aria-activedescendant={
        selected < 0 ? undefined : `record-${rows[selected]?.number}`
      }
      tabIndex={0}
      ref={box}
      onKeyDown={(event) => {
        const step = STEPS[event.key];
        if (step === undefined) return;
        event.preventDefault();
        move(selected + step);
      }}
    >
      <div style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
        <div style={{ transform: `translateY(${first * ROW_HEIGHT}px)` }}>
          {seen.map((row, index) => (
            <Row
              key={row.number}
              row={row}
              place={first + index + 1}
              size={rows.length}
              isSelected={!isLive && first + index === selected}
              isAhead={row.number > number}
              onSelect={onSelect}
            />
          ))}
        </div>
      </div>
      {rows.length === 0 && <p class="record-none">No records to show.</p>}
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  PageUp: -15,
  PageDown: 15,
  Home: -Infinity,
  End: Infinity,
};

interface RowProps {
  readonly row: RecordRow;
  readonly place: number;
  readonly size: number;
  readonly isSelected: boolean;
  /** Whether it came after the moment that is shown. */
  readonly isAhead: boolean;
  readonly onSelect: (number: number) => void;
}

function Row({ row, place, size, isSelected, isAhead, onSelect }: RowProps) {
  const time = row.at === undefined ? '' : clock(row.at);
  return (
    <div
      id={`record-${row.number}`}
      class="record"
      role="option"
      aria-selected={isSelected}
      aria-posinset={place}
      aria-setsize={size}
      data-ahead={isAhead}
      onClick={() => onSelect(row.number)}
    >
      <span class="record-number">{row.number}</span>
      <span class="record-type" data-type={row.type}>
        {row.type}
      </span>
      <span class="record-actor" title={row.actor}>
        {row.actor ?? ''}
      </span>
      <span class="record-summary">{row.summary}</span>
      <code title={`Offset ${row.offset}`}>{shortOffset(row.offset)}</code>
      <time>{time}</time>
    </div>
  );
}

/** Without the zeros in front, which servers fill it up with. */
const shortOffset = (offset: string): string =>
  offset.replaceAll(/(^|_)0+(?=\d)/g, '$1');

function clock(at: number): string {
  const date = new Date(at);
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${date.toLocaleTimeString('en-GB')}.${ms}`;
}

type Box = { readonly current: HTMLDivElement | null };

function useViewport(
  box: Box,
  setView: (view: { top: number; height: number }) => void,
): void {
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const look = (): void =>
      setView({ top: current.scrollTop, height: current.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(current);
    current.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      current.removeEventListener('scroll', look);
    };
  }, [box, setView]);
}

/** Keeps a row in view; nothing moves where it is seen already. */
function useFollowing(box: Box, index: number): void {
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null || index < 0) return;
    const top = index * ROW_HEIGHT;
    const bottom = top + ROW_HEIGHT;
    if (top < current.scrollTop) current.scrollTop = top;
    else if (bottom > current.scrollTop + current.clientHeight) {
      current.scrollTop = bottom - current.clientHeight;
    }
  }, [box, index]);
}
