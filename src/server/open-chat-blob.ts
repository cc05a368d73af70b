import { openBlob } from '../log/index.js';
import type { BlobValue } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { findBlobs } from './find-blobs.js';

/** A blob that can be read. Whoever does not read it cancels it. */
export interface OpenedBlob extends Pick<BlobValue, 'bytes' | 'mediaType'> {
  readonly content: ReadableStream<Uint8Array>;
}

/**
 * A blob of the chat, from memory where it is only on its way to the store;
 * `undefined` where there is none (yet).
 *
 * @throws DurableChatError `store-unavailable`; the signal's reason when aborted
 */
export async function openChatBlob(
  context: ChatContext,
  { chatId, id }: { readonly chatId: string; readonly id: string },
  signal: AbortSignal,
): Promise<OpenedBlob | undefined> {
  const waiting = context.blobs.waiting(chatId, id);
  if (waiting !== undefined) {
    const { bytes, mediaType, content } = waiting;
    return { bytes, mediaType, content: streamOf(content) };
  }
  const value = (await findBlobs(context, chatId, [id])).get(id);
  if (value === undefined) return undefined;
  const content = await openBlob(context.blobsOf(chatId).of(id), signal);
  if (content === undefined) return undefined;
  return { bytes: value.bytes, mediaType: value.mediaType, content };
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
