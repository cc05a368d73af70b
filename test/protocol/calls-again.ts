import type { StreamChunk } from '../../src/protocol/stream-chunk.js';

const INPUTS = ['tool-input-start', 'tool-input-available', 'tool-input-error'];
const OUTPUTS = ['tool-output-available', 'tool-output-error'];

/** Input with such keys cannot be sent in any other way. */
const isRefusedInDeltas = (input: unknown): boolean =>
  /"(__proto__|prototype)":/.test(JSON.stringify(input ?? null));

/**
 * The chunks that would make Chat call `onToolCall` for a call that has an
 * output or an error.
 */
export const callsAgain = (chunks: readonly StreamChunk[]): StreamChunk[] =>
  chunks.filter((chunk, index) => {
    if (chunk.type !== 'tool-input-available') return false;
    const later = chunks
      .slice(index + 1)
      .filter(({ toolCallId }) => toolCallId === chunk['toolCallId']);
    const end = later.findIndex(({ type }) => INPUTS.includes(type));
    const life = end < 0 ? later : later.slice(0, end);
    const hasOutput = life.some(({ type }) => OUTPUTS.includes(type));
    return hasOutput && !isRefusedInDeltas(chunk['input']);
  });
