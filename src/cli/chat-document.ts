import { createHash } from 'node:crypto';
import {
  blobRecord,
  decodeBlobRecord,
  decodeRecord,
  DurableChatError,
  parseChatId,
  type BlobValue,
} from '../protocol/index.js';

/** What `export` writes and `import` reads. */
export interface ChatDocument {
  readonly chatId: string;
  /** The records of the log, as they stand there and in their order. */
  readonly records: readonly unknown[];
  readonly blobs: readonly DocumentBlob[];
}

/** A large part, which stands beside the log. */
export interface DocumentBlob extends BlobValue {
  readonly id: string;
  readonly base64: string;
}

const FORMAT = 'ai-durable-transport/chat';
const VERSION = 1;

/** The document's text in pieces: a record a line, so that two can be compared. */
export function* documentText({
  chatId,
  records,
  blobs,
}: ChatDocument): Generator<string> {
  const head = { format: FORMAT, version: VERSION, chatId };
  yield `{${Object.entries(head)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(',\n')},\n"records": [`;
  yield* linesOf(records);
  yield '],\n"blobs": [';
  yield* linesOf(blobs);
  yield ']}\n';
}

function* linesOf(items: readonly unknown[]): Generator<string> {
  for (const [index, item] of items.entries()) {
    yield `${index === 0 ? '' : ','}\n${JSON.stringify(item)}`;
  }
  if (items.length > 0) yield '\n';
}

/**
 * Reads a document, and looks at every record and every large part of it.
 *
 * @throws DurableChatError `invalid-json`, which says what is wrong and where;
 * `invalid-chat-id`
 */
export function parseDocument(text: string): ChatDocument {
  const { format, version, chatId, records, blobs } = fieldsOf(parsed(text));
  if (format !== FORMAT) throw wrong('it is not a chat that was exported');
  if (version !== VERSION) {
    throw wrong(
      `it has version ${JSON.stringify(version)}, and this program reads ${VERSION}`,
    );
  }
  if (typeof chatId !== 'string') throw wrong('its chatId is missing');
  if (!Array.isArray(records)) throw wrong('its records are missing');
  if (!Array.isArray(blobs)) throw wrong('its blobs are missing');
  records.forEach(checkRecord);
  return { chatId: parseChatId(chatId), records, blobs: blobs.map(blobOf) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('it is not JSON');
  }
}

function checkRecord(item: unknown, index: number): void {
  const { type } = fieldsOf(item);
  // Of an app's own type only the envelope can be looked at.
  const own = typeof type === 'string' ? new Set([type]) : undefined;
  const decoded = decodeRecord(item, own);
  if (decoded.kind !== 'malformed') return;
  throw wrong(`the ${decoded.field} of record ${index + 1} is wrong`);
}

function blobOf(item: unknown, index: number): DocumentBlob {
  const { id, base64, ...value } = fieldsOf(item);
  const place = `large part ${index + 1}`;
  const record = decodeBlobRecord({ type: 'blob', key: id, value });
  if (record === undefined || typeof base64 !== 'string') {
    throw wrong(`${place} is not one`);
  }
  const content = Buffer.from(base64, 'base64');
  if (record.value.bytes !== content.length || sha256Of(content) !== id) {
    throw wrong(`${place} does not hold what it says`);
  }
  return { id, ...blobRecord(id, record.value).value, base64 };
}

/** The id that a large part with this content has. */
export const sha256Of = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // CAST: read field by field, each taken for unknown.
  return Object(value) as Readonly<Record<string, unknown>>;
}

function wrong(what: string): DurableChatError {
  return new DurableChatError(
    'invalid-json',
    `The file cannot be imported: ${what}.`,
  );
}
