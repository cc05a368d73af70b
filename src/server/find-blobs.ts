import { readBlobIndex } from '../log/index.js';
import type { BlobValue } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { patiently } from './patiently.js';

/**
 * What is known of a chat's blobs, by id: of those on their way to the store,
 * and of those that its index names. One that is not there is no blob of the
 * chat, or will be within the moment.
 *
 * @throws DurableChatError `store-unavailable`
 */
export async function findBlobs(
  context: ChatContext,
  chatId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BlobValue>> {
  const { blobs, requestRetry: retry } = context;
  const isKnown = (id: string): boolean =>
    blobs.known(chatId, id) !== undefined;
  const index = ids.every(isKnown)
    ? undefined
    : await readBlobIndex(context.blobsOf(chatId).index, { retry });
  const found = new Map<string, BlobValue>();
  for (const id of ids) {
    const value = index?.get(id) ?? blobs.known(chatId, id);
    if (value !== undefined) found.set(id, value);
  }
  blobs.learn(chatId, found);
  return found;
}

/** The same, after a while where some are not there yet. */
export async function awaitBlobs(
  context: ChatContext,
  chatId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BlobValue>> {
  let found: ReadonlyMap<string, BlobValue> = new Map();
  await patiently(async () => {
    found = await findBlobs(context, chatId, ids);
    return found.size === ids.length ? found : undefined;
  });
  return found;
}
