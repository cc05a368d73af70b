import { createHash } from 'node:crypto';
import { blobPrefix, type StreamChunk } from '../../src/protocol/index.js';
import { LARGE_CONTENT, LARGE_URL } from './history.js';

const id = createHash('sha256').update(LARGE_CONTENT).digest('hex');

/** The chunks with the URL of each large file that is stored beside the log. */
export function withStoredFiles(
  chunks: readonly StreamChunk[],
  chatId: string,
): StreamChunk[] {
  const url = blobPrefix('/api/chat', chatId) + id;
  return chunks.map((chunk) =>
    chunk['url'] === LARGE_URL ? { ...chunk, url } : chunk,
  );
}
