import {
  blobRecord,
  decodeBlobRecord,
  DurableChatError,
  type BlobValue,
} from '../protocol/index.js';
import { appendPlain } from './append-plain.js';
import { createStream } from './create-stream.js';
import { readPages } from './read-pages.js';
import type { RequestOptions } from './retry-policy.js';
import type { StreamTarget } from './stream-target.js';

/** By id. What an index says twice is the same, or the first is right. */
export type BlobIndex = ReadonlyMap<string, BlobValue>;

/** The blobs that a chat has, or may be about to have; empty without an index. */
export async function readBlobIndex(
  index: StreamTarget,
  options: RequestOptions,
): Promise<BlobIndex> {
  const blobs = new Map<string, BlobValue>();
  try {
    for await (const { items } of readPages(index, options)) {
      for (const item of items) {
        const record = decodeBlobRecord(item);
        if (record === undefined || blobs.has(record.key)) continue;
        blobs.set(record.key, record.value);
      }
    }
  } catch (error) {
    if (!(error instanceof DurableChatError) || error.code !== 'log-lost') {
      throw error;
    }
  }
  return blobs;
}

/** Names a blob in the index: always before it is stored. */
export async function nameBlob(
  index: StreamTarget,
  { id, ...value }: BlobValue & { readonly id: string },
  options: RequestOptions,
): Promise<void> {
  const body = JSON.stringify([blobRecord(id, value)]);
  const appended = await appendPlain(index, { body, ...options });
  if (appended === 'accepted') return;
  const created = await createStream(index, { body, ...options });
  if (created.kind === 'existed') {
    await appendPlain(index, { body, ...options });
  }
}
