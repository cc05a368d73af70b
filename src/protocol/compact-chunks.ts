import { addTextChunk } from './compact-text.js';
import {
  addCallChunk,
  newCallSlot,
  type CallSlot,
} from './compact-tool-call.js';
import { resetStep } from './compact-reset-step.js';
import {
  forgetAll,
  keepChunk,
  newCompaction,
  slotChunks,
  type Compaction,
  type DataSlot,
} from './compaction.js';
import type { StreamChunk } from './stream-chunk.js';

/**
 * Far fewer chunks from which the AI SDK folds the same message. Pure, and
 * linear in the number of chunks.
 *
 * The list may end anywhere in a run: the rest of the run may follow the
 * result as it is. What the AI SDK would reject stays, and is rejected then.
 *
 * - The deltas of a text or reasoning part become one.
 * - A tool call keeps the chunks that its state needs. Chat calls `onToolCall`
 *   for none that has an output or an error. It calls it once for each that
 *   has none: pending, approval asked, answered or denied (why: see
 *   `toolCallChunks`).
 * - Transient data is dropped; of data with an id, the newest stays, at the
 *   place of the first.
 * - What a `reset-step` took back is dropped; so is the `reset-step`, which v6
 *   does not know, where nothing is left for it to take back.
 * - A repeated `start` becomes `message-metadata`, or nothing.
 *
 * On v6 a replay cannot bring back `approval.approved`: no chunk that v6 knows
 * carries it.
 */
export function compactChunks(chunks: readonly StreamChunk[]): StreamChunk[] {
  const compaction = newCompaction();
  for (const chunk of chunks) {
    const compact = chunk.type.startsWith('data-')
      ? compactData
      : (compactors.get(chunk.type) ?? keepChunk);
    compact(compaction, chunk);
  }
  return compaction.slots.flatMap(slotChunks);
}

type Compact = (compaction: Compaction, chunk: StreamChunk) => void;

const compactors: ReadonlyMap<string, Compact> = new Map([
  ['start', compactStart],
  ['start-step', compactStartStep],
  ['reset-step', resetStep],
  ['text-start', compactText],
  ['text-delta', compactText],
  ['text-end', compactText],
  ['reasoning-start', compactText],
  ['reasoning-delta', compactText],
  ['reasoning-end', compactText],
  ['tool-input-start', compactToolInput],
  ['tool-input-delta', compactToolInput],
  ['tool-input-available', compactToolInput],
  ['tool-input-error', compactToolInput],
  ['tool-approval-request', compactToolOutcome],
  ['tool-approval-response', compactApprovalResponse],
  ['tool-output-available', compactToolOutcome],
  ['tool-output-error', compactToolOutcome],
  ['tool-output-denied', compactToolOutcome],
]);

/**
 * A `start` with another id is another message to a reader that resumes, and
 * a new name of the same one to a reader that does not: it stays, and nothing
 * becomes one across it.
 */
function compactStart(compaction: Compaction, chunk: StreamChunk): void {
  const id = chunk['messageId'] ?? undefined;
  const { start } = compaction;
  if (
    start === undefined ||
    (id ?? start['messageId']) !== start['messageId']
  ) {
    if (start !== undefined) forgetAll(compaction);
    compaction.start = chunk;
    keepChunk(compaction, chunk);
    return;
  }
  const messageMetadata = chunk['messageMetadata'] ?? undefined;
  if (messageMetadata !== undefined) {
    keepChunk(compaction, { type: 'message-metadata', messageMetadata });
  }
}

function compactStartStep(compaction: Compaction, chunk: StreamChunk): void {
  keepChunk(compaction, chunk);
  compaction.step += 1;
  compaction.stepFrom = compaction.slots.length;
  compaction.stepIsWhole = true;
}

function compactText(compaction: Compaction, chunk: StreamChunk): void {
  const slot = addTextChunk(compaction.texts, chunk);
  if (slot === undefined) keepChunk(compaction, chunk);
  else if (slot.start === chunk) compaction.slots.push(slot);
}

function compactData(compaction: Compaction, chunk: StreamChunk): void {
  if (chunk['transient']) return;
  const id = chunk['id'] ?? undefined;
  if (id === undefined) return keepChunk(compaction, chunk);
  const key = JSON.stringify([chunk.type, id]);
  const data = chunk['data'];
  const slot = compaction.data.get(key);
  if (slot !== undefined) {
    slot.data = data;
    return;
  }
  const added: DataSlot = { kind: 'data', key, first: chunk, data };
  compaction.data.set(key, added);
  compaction.slots.push(added);
}

/** Input goes to the current step's call, or begins one there. */
function compactToolInput(compaction: Compaction, chunk: StreamChunk): void {
  const { calls, slots, step } = compaction;
  const id = chunk['toolCallId'];
  const known = calls.get(id);
  if (known?.step === step) return addToCall(compaction, known, chunk);
  const call = newCallSlot(id, step, known);
  calls.set(id, call);
  slots.push(call);
  // A delta does not fit a new call: where the call began in another step, the
  // AI SDK begins another part with it. What follows stays as it is too.
  addToCall(compaction, call, chunk);
}

/** What follows the input goes to the newest call of that id. */
function compactToolOutcome(compaction: Compaction, chunk: StreamChunk): void {
  const id = chunk['toolCallId'];
  let call = compaction.calls.get(id);
  if (call === undefined) {
    call = newCallSlot(id, undefined, undefined);
    compaction.calls.set(id, call);
    compaction.slots.push(call);
  }
  if (chunk.type === 'tool-approval-request') {
    compaction.approvals.set(chunk['approvalId'], call);
  }
  addToCall(compaction, call, chunk);
}

function compactApprovalResponse(
  compaction: Compaction,
  chunk: StreamChunk,
): void {
  const id = chunk['approvalId'];
  const call = compaction.approvals.get(id);
  const asked = call?.request?.['approvalId'] === id;
  if (call === undefined || !asked) {
    return keepChunk(compaction, chunk, call);
  }
  addToCall(compaction, call, chunk);
}

function addToCall(
  compaction: Compaction,
  call: CallSlot,
  chunk: StreamChunk,
): void {
  if (addCallChunk(call, chunk)) return;
  call.tangled = true;
  keepChunk(compaction, chunk, call);
}
