import {
  appendOnce,
  createStream,
  deleteBlobs,
  deleteStream,
  headStream,
  historyTarget,
  logTarget,
  storeBlob,
  type StreamTarget,
} from '../log/index.js';
import { DurableChatError } from '../protocol/index.js';
import type { ChatDocument } from './chat-document.js';
import type { Io } from './output.js';
import { blobPlaces, RETRY, type StreamsLocation } from './streams-location.js';

/** No agent of an app is called like this. */
const PRODUCER = '~import';
const RECORDS_A_BATCH = 500;
const CHARACTERS_A_BATCH = 1_000_000;

/**
 * Makes a chat of a document. Leaves nothing behind where it does not come to
 * its end.
 *
 * @throws DurableChatError `rejected` where the chat is there already
 */
export async function writeChat(
  streams: StreamsLocation,
  document: ChatDocument,
  writing: Io,
): Promise<void> {
  const { chatId } = document;
  const options = { signal: writing.signal, retry: RETRY };
  const log = logTarget(streams, chatId);
  for (const target of [log, historyTarget(streams, chatId)]) {
    if ((await headStream(target, options)).exists) throw existing(chatId);
  }
  // From here on the id is taken, by this or by whoever was faster.
  const created = await createStream(log, options);
  if (created.kind === 'existed' && !created.repeated) throw existing(chatId);
  try {
    await writeBlobs(streams, document, writing);
    await writeRecords(log, document.records, writing);
  } catch (error) {
    await discard(streams, chatId);
    throw error;
  }
}

async function writeBlobs(
  streams: StreamsLocation,
  { chatId, blobs }: ChatDocument,
  { output, signal }: Io,
): Promise<void> {
  const places = blobPlaces(streams, chatId);
  for (const [index, { base64, ...blob }] of blobs.entries()) {
    const content = new Uint8Array(Buffer.from(base64, 'base64'));
    await storeBlob(places, { ...blob, content }, { signal, retry: RETRY });
    output.progress(`Wrote ${index + 1} of ${blobs.length} large parts.`);
  }
}

async function writeRecords(
  log: StreamTarget,
  records: readonly unknown[],
  { output, signal }: Io,
): Promise<void> {
  let written = 0;
  let seq = 0;
  for (const batch of batchesOf(records)) {
    const outcome = await appendOnce(log, {
      producer: { id: PRODUCER, epoch: 0, seq },
      body: `[${batch.join()}]`,
      signal,
      retry: RETRY,
    });
    const isStored =
      outcome.kind === 'accepted' ||
      (outcome.kind === 'duplicate' && outcome.repeated);
    if (!isStored) throw disturbed(outcome.kind);
    seq += 1;
    written += batch.length;
    output.progress(`Wrote ${written} of ${records.length} records.`);
  }
}

function* batchesOf(records: readonly unknown[]): Generator<string[]> {
  let batch: string[] = [];
  let size = 0;
  for (const record of records) {
    const text = JSON.stringify(record);
    const isFull =
      batch.length === RECORDS_A_BATCH ||
      size + text.length > CHARACTERS_A_BATCH;
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(text);
    size += text.length;
  }
  if (batch.length > 0) yield batch;
}

/** Without the signal, which may be why; what went wrong before is what is told. */
async function discard(
  streams: StreamsLocation,
  chatId: string,
): Promise<void> {
  const options = { retry: RETRY };
  try {
    await deleteStream(logTarget(streams, chatId), options);
    await deleteBlobs(blobPlaces(streams, chatId), options);
  } catch {
    // The streams server is away.
  }
}

function existing(chatId: string): DurableChatError {
  return new DurableChatError(
    'rejected',
    `There is a chat ${JSON.stringify(chatId)} already. Import it under another id: --chat ID.`,
  );
}

function disturbed(kind: string): DurableChatError {
  return new DurableChatError(
    'store-unavailable',
    `Somebody else changed the chat while it was imported (${kind}).`,
  );
}
