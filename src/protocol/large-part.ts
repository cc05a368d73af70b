import { decodedLength } from './base64.js';
import { isBlobReference, type BlobReference } from './blob-reference.js';
import { isToolPart, type MessagePart } from './message-part.js';

/** What of a part is too large for the log. */
export type LargeContent =
  | {
      readonly kind: 'file';
      readonly mediaType: string;
      readonly base64: string;
    }
  | { readonly kind: 'output'; readonly json: string };

/**
 * What of a message's part, or of a chunk that becomes one, is larger than the
 * limit: a file as a data URL, or a tool's output. `undefined` for all others.
 */
export function largeContentOf(
  part: MessagePart,
  limitBytes: number,
): LargeContent | undefined {
  if (isFilePart(part)) return largeFile(part['url'], limitBytes);
  // A `tool-output-available` chunk is like a part in this.
  const output = isToolPart(part) ? part['output'] : undefined;
  if (output === undefined || isBlobReference(output)) return undefined;
  const json = JSON.stringify(output);
  const size = sizeOf(json, limitBytes);
  return size > limitBytes ? { kind: 'output', json } : undefined;
}

export const isFilePart = ({ type }: MessagePart): boolean =>
  type === 'file' || type === 'reasoning-file';

/** The part with a URL in the place of what was too large. */
export function withBlob<PART extends MessagePart>(
  part: PART,
  content: LargeContent,
  { url, bytes }: Pick<BlobReference, 'url' | 'bytes'>,
): PART {
  if (content.kind === 'file') return { ...part, url };
  const mediaType = 'application/json';
  const output: BlobReference = { type: 'blob', url, mediaType, bytes };
  return { ...part, output };
}

/** Far longer than any media type with its parameters. */
const LONGEST_HEAD = 300;

function largeFile(url: unknown, limitBytes: number): LargeContent | undefined {
  if (typeof url !== 'string' || !(url.length > limitBytes)) return undefined;
  const comma = url.slice(0, LONGEST_HEAD).indexOf(',');
  if (comma < 0) return undefined;
  const [, mediaType] =
    /^data:([^;,]*)(?:;[^,]*)?;base64$/i.exec(url.slice(0, comma)) ?? [];
  const base64 = url.slice(comma + 1);
  if (mediaType === undefined || !(decodedLength(base64) > limitBytes)) {
    return undefined;
  }
  return { kind: 'file', mediaType, base64 };
}

/** In UTF-8; counted only where that may make a difference. */
function sizeOf(text: string, limitBytes: number): number {
  const isClear = text.length > limitBytes || text.length * 3 <= limitBytes;
  return isClear ? text.length : new TextEncoder().encode(text).length;
}
