import { laterWins } from './later-wins.js';
import type { StreamChunk } from './stream-chunk.js';

/** A text or reasoning part, built up from its chunks. */
export interface TextSlot {
  readonly kind: 'text';
  readonly start: StreamChunk;
  /** All deltas as one. */
  delta: StreamChunk | undefined;
  end: StreamChunk | undefined;
}

/** The parts that are open, by kind of part and id: an id may be used again. */
export type OpenTexts = Map<string, TextSlot>;

/** The part that the chunk opens, extends or closes; `undefined` if none. */
export function addTextChunk(
  open: OpenTexts,
  chunk: StreamChunk,
): TextSlot | undefined {
  const [part = '', event] = chunk.type.split('-');
  const key = `${part} ${String(chunk['id'])}`;
  if (event === 'start') return openText(open, key, chunk);
  const slot = open.get(key);
  if (slot === undefined) return undefined;
  if (event === 'end') {
    slot.end = chunk;
    open.delete(key);
  } else {
    slot.delta = slot.delta ? joinDeltas(slot.delta, chunk) : chunk;
  }
  return slot;
}

function openText(open: OpenTexts, key: string, start: StreamChunk): TextSlot {
  const slot: TextSlot = {
    kind: 'text',
    start,
    delta: undefined,
    end: undefined,
  };
  open.set(key, slot);
  return slot;
}

const joinDeltas = (earlier: StreamChunk, later: StreamChunk): StreamChunk => ({
  ...laterWins(earlier, later),
  delta: `${String(earlier['delta'])}${String(later['delta'])}`,
});

/**
 * A part's place in the message is fixed when it starts, so its chunks may all
 * stand there.
 */
export function textChunks(slot: TextSlot): StreamChunk[] {
  return [slot.start, slot.delta, slot.end].filter(
    (chunk) => chunk !== undefined,
  );
}
