/** @jsxImportSource preact */
import { BackIcon, ForthIcon } from './icons.js';

interface TimelineProps {
  /** The record that the chat is shown after. */
  readonly number: number;
  readonly total: number;
  readonly isLive: boolean;
  readonly offset: string | undefined;
  /** `undefined`: to the end, and along with it. */
  readonly onMove: (number: number | undefined) => void;
}

/** Where in the log we are. */
export function Timeline(props: TimelineProps) {
  const { number, total, isLive, offset, onMove } = props;
  return (
    <div class="timeline">
      <button
        type="button"
        class="icon-button"
        aria-label="One record back"
        disabled={number === 0}
        onClick={() => onMove(number - 1)}
      >
        <BackIcon />
      </button>
      <input
        type="range"
        aria-label="Record"
        aria-valuetext={`record ${number} of ${total}`}
        min="0"
        max={total}
        value={number}
        onInput={({ currentTarget }) => onMove(Number(currentTarget.value))}
      />
      <button
        type="button"
        class="icon-button"
        aria-label="One record forth"
        disabled={number >= total}
        onClick={() => onMove(number + 1)}
      >
        <ForthIcon />
      </button>
      <output class="timeline-place">
        #{number} of {total}
        <code title="The offset after this record">{offset ?? '–'}</code>
      </output>
      <button
        type="button"
        class="button"
        aria-pressed={isLive}
        onClick={() => onMove(isLive ? number : undefined)}
      >
        Live
      </button>
    </div>
  );
}
