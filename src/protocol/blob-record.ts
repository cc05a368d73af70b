import { isBlobId } from './blob-reference.js';

/** What is known of a blob without reading it. */
export interface BlobValue {
  /** As the bytes were called when they came; safe for a header. */
  readonly mediaType: string;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** One item of a chat's blob index: a blob that is stored, or about to be. */
export interface BlobRecord {
  readonly type: 'blob';
  /** The blob's id. */
  readonly key: string;
  readonly value: BlobValue;
  readonly headers: { readonly operation: 'upsert' };
}

export function blobRecord(key: string, value: BlobValue): BlobRecord {
  return { type: 'blob', key, value, headers: { operation: 'upsert' } };
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads an item of a blob index; `undefined` where it is none. Never throws. */
export function decodeBlobRecord(item: unknown): BlobRecord | undefined {
  const { type, key, value } = fieldsOf(item);
  const { mediaType, bytes, createdAt } = fieldsOf(value);
  const isRight =
    type === 'blob' &&
    typeof key === 'string' &&
    isBlobId(key) &&
    typeof mediaType === 'string' &&
    typeof bytes === 'number' &&
    Number.isSafeInteger(bytes) &&
    bytes >= 0;
  if (!isRight) return undefined;
  return blobRecord(key, { mediaType, bytes, createdAt: Number(createdAt) });
}

function fieldsOf(value: unknown): Fields {
  // CAST: read field by field, each taken for unknown.
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
