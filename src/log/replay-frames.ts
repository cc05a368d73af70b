import type { UIMessage } from 'ai';
import {
  DONE_DATA,
  encodeCursor,
  encodeFrame,
  endChunks,
  messageToChunks,
  replayChunks,
  terminalChunk,
  type RunState,
  type StreamChunk,
} from '../protocol/index.js';

/** Where a reader is, and between which log offsets the new chunks stand. */
export interface Place {
  /** How many of the run's chunks the reader has. */
  readonly position: number;
  readonly from: string;
  readonly to: string;
}

/** A message from its start, and where a reader is that has it. */
export interface WholeReplay {
  readonly frames: string;
  readonly delivered: number;
  readonly offset: string;
}

/** By run, the newest; those who still read an older one keep that. */
const replays = new WeakMap<RunState, WholeReplay>();

/**
 * The message from its start, earlier runs' parts included, compacted, as it is
 * or was a little while ago: readers share one text, and read on from there.
 *
 * @param offset of the log, where the run is as it is
 */
export function wholeReplay(run: RunState, offset: string): WholeReplay {
  const known = replays.get(run);
  const delivered = run.chunks.length;
  // What came since is read chunk by chunk: it must not become much.
  if (known && delivered - known.delivered <= known.delivered / 8) return known;
  const frames = wholeFrames(run, { delivered, offset });
  const replay = { frames, delivered, offset };
  replays.set(run, replay);
  return replay;
}

/**
 * Only the last frame carries a cursor: a reader holds these frames back until
 * it has come, so that a cut among them costs a new replay and nothing else.
 */
function wholeFrames(
  run: RunState,
  place: { readonly delivered: number; readonly offset: string },
): string {
  const { id: runId, messageId } = run.value;
  // What its message is called, the run's own first chunk may yet say.
  if (run.base === undefined && run.chunks.length === 0) return '';
  // Events of another protocol are replayed as they came.
  const chunks =
    run.value.format === undefined
      ? replayChunks(run.base, messageId, run.chunks)
      : run.chunks;
  const cursor = encodeCursor({ runId, ...place });
  const last = chunks.length - 1;
  return chunks
    .map((chunk, index) => frameOf(chunk, index === last ? cursor : undefined))
    .join('');
}

/** By run, what was made last: most of its readers are at the same place. */
const shared = new WeakMap<
  RunState,
  Place & { readonly end: number; readonly frames: string }
>();

/** The chunks after the reader's place, each as it was written. */
export function restFrames(run: RunState, place: Place): string {
  const { position, from, to } = place;
  const end = run.firstSeq + run.chunks.length;
  if (position >= end) return '';
  const known = shared.get(run);
  const isSame =
    known?.position === position && known.from === from && known.to === to;
  if (isSame && known.end === end) return known.frames;
  const frames = framesBetween(run, place);
  shared.set(run, { ...place, end, frames });
  return frames;
}

function framesBetween(
  { value, chunks, firstSeq }: RunState,
  { position, from, to }: Place,
): string {
  const runId = value.id;
  const begin = Math.max(0, position - firstSeq);
  const last = chunks.length - 1;
  let frames = '';
  for (const [index, chunk] of chunks.slice(begin).entries()) {
    // Chunks that follow in the same batch stand before its end.
    const offset = begin + index === last ? to : from;
    const delivered = firstSeq + begin + index + 1;
    const cursor = encodeCursor({ runId, delivered, offset });
    frames += frameOf(chunk, cursor);
  }
  return frames;
}

/** How a run ends on the wire (PROTOCOL.md, "End of a run"). */
export function endFrames(run: RunState): string {
  const frames = endChunks(run).map((chunk) => frameOf(chunk));
  return frames.join('') + encodeFrame(DONE_DATA);
}

/** A message of which only the history is left, and how its run ended. */
export function finishedFrames(
  message: UIMessage,
  run: RunState,
): { readonly frames: string; readonly chunks: number } {
  const end = terminalChunk(run.status, run.value.error) ?? { type: 'finish' };
  const chunks = messageToChunks(message);
  const frames = [...chunks, end].map((chunk) => frameOf(chunk)).join('');
  return { frames: frames + encodeFrame(DONE_DATA), chunks: chunks.length };
}

function frameOf(chunk: StreamChunk, id?: string): string {
  return encodeFrame(JSON.stringify(chunk), id);
}
