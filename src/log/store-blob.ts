import type { BlobValue } from '../protocol/index.js';
import { nameBlob } from './blob-index.js';
import type { BlobPlaces } from './blob-places.js';
import { createStream } from './create-stream.js';
import { deleteStream } from './delete-stream.js';
import { attemptTimeout, type RequestOptions } from './retry-policy.js';

export interface Blob extends BlobValue {
  readonly id: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** The slowest line that a blob may have to go over. */
const BYTES_A_MS = 100;

/**
 * Stores a blob: named in the chat's index first, so that whoever deletes what
 * the index names leaves nothing behind, whenever a process dies. Storing it
 * again changes nothing. Throws like `appendOnce`.
 */
export async function storeBlob(
  places: BlobPlaces,
  { content, ...blob }: Blob,
  options: RequestOptions,
): Promise<void> {
  await nameBlob(places.index, blob, options);
  const target = places.of(blob.id);
  const patient = withTimeFor(content.length, options);
  const put = {
    body: content,
    closed: true,
    contentType: streamType(blob.mediaType),
    ...patient,
  };
  const outcome = await createStream(target, put);
  if (outcome.kind === 'created' || outcome.closed) return;
  // The streams server died after it had created the stream and before it had
  // written into it: the Node server's file store closes it last of all.
  await deleteStream(target, options);
  await createStream(target, put);
}

function withTimeFor(bytes: number, options: RequestOptions): RequestOptions {
  const { retry } = options;
  if (retry === undefined) return options;
  const attemptTimeoutMs = attemptTimeout(retry) + bytes / BYTES_A_MS;
  return { ...options, retry: { ...retry, attemptTimeoutMs } };
}

/**
 * As JSON a stream is a list of records: its bytes would not come back as they
 * were. So JSON goes by its other name (WHATWG MIME Sniffing, "JSON MIME type").
 */
function streamType(mediaType: string): string {
  return mediaType === 'application/json' ? 'text/json' : mediaType;
}
