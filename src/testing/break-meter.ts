import type { BreakPoint } from './fault.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Measures a body as it passes and finds where it has to break off. */
export interface BreakMeter {
  /** Whether nothing more may pass. */
  isReached(): boolean;
  /** How many of these bytes may still pass. */
  take(bytes: Uint8Array): number;
}

export function breakMeter(point: BreakPoint): BreakMeter {
  return 'afterBytes' in point
    ? byteMeter(point.afterBytes)
    : frameMeter(point.afterFrames);
}

function byteMeter(limit: number): BreakMeter {
  let left = limit;
  return {
    isReached: () => left <= 0,
    take(bytes) {
      const count = Math.min(bytes.length, left);
      left -= count;
      return count;
    },
  };
}

/** An empty line ends a frame, wherever the bytes of it were cut apart. */
function frameMeter(limit: number): BreakMeter {
  let left = limit;
  let isLineEmpty = false;
  const step = (byte: number): void => {
    if (byte === CARRIAGE_RETURN) return;
    if (byte === LINE_FEED && isLineEmpty) left -= 1;
    // A second line feed has ended its frame; a third must not end another.
    isLineEmpty = byte === LINE_FEED && !isLineEmpty;
  };
  return {
    isReached: () => left <= 0,
    take(bytes) {
      let position = 0;
      for (; position < bytes.length && left > 0; position += 1) {
        step(bytes[position] ?? 0);
      }
      return position;
    },
  };
}
