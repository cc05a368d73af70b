import type { StreamChunk } from './stream-chunk.js';

/**
 * Two chunks as one: the later one's fields, and the earlier one's where the
 * later has none. That is how the AI SDK treats the fields that it keeps from
 * chunk to chunk: `later ?? earlier`
 * (ai/src/ui/process-ui-message-stream.ts).
 */
export function laterWins(
  earlier: StreamChunk,
  later: StreamChunk,
): StreamChunk {
  const merged: Record<string, unknown> & { type: string } = {
    ...earlier,
    type: later.type,
  };
  for (const [field, value] of Object.entries(later)) {
    if (value !== undefined && value !== null) merged[field] = value;
  }
  return merged;
}
