import type { UIMessage } from 'ai';
import type { StreamChunk } from '../../src/protocol/index.js';
import { MessageFold } from '../../src/session/message-fold.js';
import { isV7, overTheWire } from '../protocol/fold-message.js';

/** An assistant's message before its first chunk. */
export const blank: UIMessage = { id: '', role: 'assistant', parts: [] };

/**
 * What the fold makes of the chunks, as it would be stored; with a step that
 * began last, as `foldMessage` has it.
 */
export function folded(
  chunks: readonly StreamChunk[],
  base: UIMessage = blank,
): UIMessage {
  const fold = new MessageFold(base);
  for (const chunk of chunks) fold.add(chunk);
  fold.add({ type: 'data-last', data: null });
  const { parts, ...head } = fold.message;
  return overTheWire({ ...head, parts: parts.slice(0, -1) });
}

/**
 * The chunks without what the AI SDK and we fold otherwise, and 6 otherwise
 * than 7. Keys with escapes and `e+`: see the tests of `PartialJson`. Of a call
 * with invalid input, 6 keeps it as `rawInput`, and 7, as we do, as `input`: so
 * 6 is told of it in two chunks that both take alike.
 */
export function comparable(chunks: readonly StreamChunk[]): StreamChunk[] {
  return chunks.flatMap((chunk): StreamChunk[] => {
    const { errorText, inputTextDelta, ...rest } = chunk;
    if (chunk.type === 'tool-input-delta') {
      const plain = String(inputTextDelta)
        .replaceAll('\\', '/')
        .replaceAll('+', '')
        .replaceAll('-', isV7 ? '-' : '');
      return [{ ...rest, inputTextDelta: plain }];
    }
    if (isV7 || chunk.type !== 'tool-input-error') return [chunk];
    const { toolCallId } = chunk;
    return [
      { ...rest, type: 'tool-input-available' },
      { type: 'tool-output-error', toolCallId, errorText },
    ];
  });
}
