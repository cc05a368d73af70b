import { readBlobIndex } from './blob-index.js';
import type { BlobPlaces } from './blob-places.js';
import { deleteStream } from './delete-stream.js';
import type { RequestOptions } from './retry-policy.js';

/**
 * Deletes all that the chat's index names, and then the index: if this breaks
 * off, doing it again does the rest. Throws like `appendOnce`.
 */
export async function deleteBlobs(
  places: BlobPlaces,
  options: RequestOptions,
): Promise<void> {
  const blobs = await readBlobIndex(places.index, options);
  if (blobs.size === 0) return;
  for (const id of blobs.keys()) await deleteStream(places.of(id), options);
  await deleteStream(places.index, options);
}
