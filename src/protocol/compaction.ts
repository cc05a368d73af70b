import {
  closeAll,
  newOpenTexts,
  textChunks,
  type OpenTexts,
  type TextSlot,
} from './compact-text.js';
import type { CallSlot } from './compact-tool-call.js';
import type { StreamChunk } from './stream-chunk.js';
import { toolCallChunks } from './tool-call-replay.js';

/** A data part with an id: later chunks replace what it holds. */
export interface DataSlot {
  readonly kind: 'data';
  readonly key: string;
  readonly first: StreamChunk;
  data: unknown;
}

/** A chunk that stays as it is; `call` where it belongs to one. */
export interface ChunkSlot {
  readonly kind: 'chunk';
  readonly chunk: StreamChunk;
  readonly call: CallSlot | undefined;
}

export type Slot = TextSlot | CallSlot | DataSlot | ChunkSlot;

/** What `compactChunks` knows while it goes through the chunks. */
export interface Compaction {
  /** In the order of their first chunks. */
  readonly slots: Slot[];
  readonly texts: OpenTexts;
  /** By tool call id, the newest: that is the one an output goes to. */
  readonly calls: Map<unknown, CallSlot>;
  readonly approvals: Map<unknown, CallSlot>;
  readonly data: Map<string, DataSlot>;
  start: StreamChunk | undefined;
  step: number;
  /** Where the current step's slots begin. */
  stepFrom: number;
  /** Whether the current step began among these chunks. */
  stepIsWhole: boolean;
}

export const newCompaction = (): Compaction => ({
  slots: [],
  texts: newOpenTexts(),
  calls: new Map(),
  approvals: new Map(),
  data: new Map(),
  start: undefined,
  step: 0,
  stepFrom: 0,
  stepIsWhole: false,
});

/** Leaves the chunk where and as it is. */
export function keepChunk(
  compaction: Compaction,
  chunk: StreamChunk,
  call?: CallSlot,
): void {
  compaction.slots.push({ kind: 'chunk', chunk, call });
}

/** Lets nothing that follows become one with what stands here so far. */
export function forgetAll(compaction: Compaction): void {
  closeAll(compaction.texts);
  compaction.calls.clear();
  compaction.approvals.clear();
  compaction.data.clear();
  compaction.stepFrom = compaction.slots.length;
  compaction.stepIsWhole = false;
}

export function slotChunks(slot: Slot): StreamChunk[] {
  switch (slot.kind) {
    case 'chunk':
      return [slot.chunk];
    case 'text':
      return textChunks(slot);
    case 'data':
      return [{ ...slot.first, data: slot.data }];
    case 'call':
      return toolCallChunks(slot);
  }
}
