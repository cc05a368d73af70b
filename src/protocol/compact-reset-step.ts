import { closeAll } from './compact-text.js';
import type { Compaction, Slot } from './compaction.js';
import type { StreamChunk } from './stream-chunk.js';

/** Chunks that make a part, whatever came before them. */
const PART_CHUNKS: ReadonlySet<string> = new Set([
  'source-url',
  'source-document',
  'file',
  'reasoning-file',
  'custom',
  'steering-message',
]);

/** Chunks that never make a part. */
const PARTLESS_CHUNKS: ReadonlySet<string> = new Set([
  'start',
  'finish',
  'finish-step',
  'reset-step',
  'message-metadata',
  'error',
  'abort',
]);

type Fate = 'goes' | 'stays' | 'unknown';

/** What becomes of a slot of the current step when the step is undone. */
function fateOf(slot: Slot, step: number): Fate {
  switch (slot.kind) {
    case 'text':
      return 'goes';
    case 'call':
      return slot.step === step ? 'goes' : 'stays';
    case 'data':
      // It may be an update of a part that stood before these chunks.
      return 'unknown';
    case 'chunk': {
      const { chunk, call } = slot;
      if (call !== undefined) return call.step === step ? 'goes' : 'stays';
      if (PART_CHUNKS.has(chunk.type)) return 'goes';
      if (PARTLESS_CHUNKS.has(chunk.type)) return 'stays';
      return chunk.type.startsWith('data-') ? 'goes' : 'unknown';
    }
  }
}

/**
 * `reset-step` takes back the parts of the current step: their chunks need not
 * be replayed. Nothing becomes one across it.
 */
export function resetStep(compaction: Compaction, chunk: StreamChunk): void {
  const { slots, stepFrom, step } = compaction;
  let mustStay = !compaction.stepIsWhole;
  for (const slot of slots.splice(stepFrom)) {
    const fate = fateOf(slot, step);
    if (fate === 'goes') {
      forgetSlot(compaction, slot);
      continue;
    }
    if (fate === 'unknown') mustStay = true;
    if (slot.kind === 'data') compaction.data.delete(slot.key);
    slots.push(slot);
  }
  if (mustStay) slots.push({ kind: 'chunk', chunk, call: undefined });
  closeAll(compaction.texts);
  compaction.stepFrom = slots.length;
}

function forgetSlot(compaction: Compaction, slot: Slot): void {
  if (slot.kind !== 'call') return;
  const { toolCallId, earlier } = slot;
  if (earlier === undefined) compaction.calls.delete(toolCallId);
  else compaction.calls.set(toolCallId, earlier);
  compaction.approvals.delete(slot.request?.['approvalId']);
}
