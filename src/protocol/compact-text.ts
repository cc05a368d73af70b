import { laterWins } from './later-wins.js';
import type { StreamChunk } from './stream-chunk.js';

/** A text or reasoning part, built up from its chunks. */
export interface TextSlot {
  readonly kind: 'text';
  readonly start: StreamChunk;
  /** All deltas as one, but for their text. */
  delta: StreamChunk | undefined;
  /** That of all, where there are several. */
  text: string | undefined;
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
    addDelta(slot, chunk);
  }
  return slot;
}

function openText(open: OpenTexts, key: string, start: StreamChunk): TextSlot {
  const slot: TextSlot = {
    kind: 'text',
    start,
    delta: undefined,
    text: undefined,
    end: undefined,
  };
  open.set(key, slot);
  return slot;
}

function addDelta(slot: TextSlot, chunk: StreamChunk): void {
  const { delta } = slot;
  if (delta === undefined) {
    slot.delta = chunk;
    return;
  }
  slot.text ??= String(delta['delta']);
  slot.text += String(chunk['delta']);
  // Of thousands hardly one has more than `type`, `id` and `delta`.
  if (Object.keys(chunk).length > 3) slot.delta = laterWins(delta, chunk);
}

/**
 * A part's place in the message is fixed when it starts, so its chunks may all
 * stand there.
 */
export function textChunks(slot: TextSlot): StreamChunk[] {
  const { start, delta, text, end } = slot;
  const whole = delta && text !== undefined ? { ...delta, delta: text } : delta;
  return [start, whole, end].filter((chunk) => chunk !== undefined);
}
