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

/** The parts that are open, by id: one that has ended frees its id. */
type OpenParts = Map<string, TextSlot>;

/** A text and a reasoning part may have one id. */
export interface OpenTexts {
  readonly text: OpenParts;
  readonly reasoning: OpenParts;
}

export const newOpenTexts = (): OpenTexts => ({
  text: new Map(),
  reasoning: new Map(),
});

export function closeAll({ text, reasoning }: OpenTexts): void {
  text.clear();
  reasoning.clear();
}

/** The part that the chunk opens, extends or closes; `undefined` if none. */
export function addTextChunk(
  texts: OpenTexts,
  chunk: StreamChunk,
): TextSlot | undefined {
  const { type } = chunk;
  const open = type.startsWith('text') ? texts.text : texts.reasoning;
  const id = String(chunk['id']);
  if (type.endsWith('-start')) return openText(open, id, chunk);
  const slot = open.get(id);
  if (slot === undefined) return undefined;
  if (type.endsWith('-end')) {
    slot.end = chunk;
    open.delete(id);
  } else {
    addDelta(slot, chunk);
  }
  return slot;
}

function openText(open: OpenParts, id: string, start: StreamChunk): TextSlot {
  const slot: TextSlot = {
    kind: 'text',
    start,
    delta: undefined,
    text: undefined,
    end: undefined,
  };
  open.set(id, slot);
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
