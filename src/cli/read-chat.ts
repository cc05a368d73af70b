import { logTarget, openBlob, readBlobIndex, readPages } from '../log/index.js';
import { decodeRecord, DurableChatError } from '../protocol/index.js';
import {
  sha256Of,
  type ChatDocument,
  type DocumentBlob,
} from './chat-document.js';
import { counted } from './counted.js';
import { withoutOffset } from './offset-of-item.js';
import type { Io } from './output.js';
import {
  blobPlaces,
  expectChat,
  RETRY,
  type StreamsLocation,
} from './streams-location.js';

/**
 * All that a chat is: the records of its log, and its large parts. Records that
 * no reader can read are left out, with a word.
 */
export async function readChat(
  streams: StreamsLocation,
  chatId: string,
  reading: Io,
): Promise<ChatDocument> {
  await expectChat(streams, chatId, reading.signal);
  const records = await readRecords(streams, chatId, reading);
  const blobs = await readBlobs(streams, chatId, reading);
  return { chatId, records, blobs };
}

export async function readRecords(
  streams: StreamsLocation,
  chatId: string,
  { output, signal }: Io,
): Promise<unknown[]> {
  const records: unknown[] = [];
  let damaged = 0;
  const pages = readPages(logTarget(streams, chatId), { signal, retry: RETRY });
  for await (const { items } of pages) {
    for (const item of items) {
      if (decodeRecord(item).kind === 'malformed') damaged += 1;
      else records.push(withoutOffset(item));
    }
    output.progress(`Read ${records.length} records.`);
  }
  if (damaged > 0) {
    output.note(`Left out ${counted(damaged, 'damaged record')}.`);
  }
  return records;
}

async function readBlobs(
  streams: StreamsLocation,
  chatId: string,
  { output, signal }: Io,
): Promise<DocumentBlob[]> {
  const places = blobPlaces(streams, chatId);
  const index = await readBlobIndex(places.index, { signal, retry: RETRY });
  const blobs: DocumentBlob[] = [];
  for (const [id, value] of index) {
    const body = await openBlob(places.of(id), signal);
    // Named, but not stored: it never was, or is about to be.
    if (body === undefined) continue;
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    // Import would refuse it: said while the chat can still be looked at.
    if (sha256Of(bytes) !== id) throw damagedBlob(chatId, id);
    blobs.push({ id, ...value, base64: Buffer.from(bytes).toString('base64') });
    output.progress(`Read ${blobs.length} of ${index.size} large parts.`);
  }
  return blobs;
}

function damagedBlob(chatId: string, id: string): DurableChatError {
  return new DurableChatError(
    'store-unavailable',
    `The large part ${id} of chat ${JSON.stringify(chatId)} is not stored whole.`,
  );
}
