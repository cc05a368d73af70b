import { storeBlob, type Blob } from '../log/index.js';
import {
  blobPrefix,
  decodeBase64,
  largeContentOf,
  safeMediaType,
  withBlob,
  type LargeContent,
  type MessagePart,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';

/** On whose behalf something is put out of line. */
export interface Outliner {
  readonly chatId: string;
  readonly runId: string;
  /** Until it fires, storing is tried again and again. */
  readonly giveUp: AbortSignal;
}

export interface Outlined<PART extends MessagePart> {
  /** With a URL in the place of what was too large. */
  readonly part: PART;
  readonly id: string;
  /**
   * Settles when the blob is stored, or never will be; that has been reported
   * then. Never rejects.
   */
  readonly stored: Promise<void>;
}

/**
 * Puts what is too large of a part, or of a chunk that becomes one, out of
 * line. Its URL is good from now on: until the blob is stored, it is served
 * from memory. `undefined` for all other parts, and where there is no room.
 */
export async function outlinePart<PART extends MessagePart>(
  context: ChatContext,
  outliner: Outliner,
  part: PART,
): Promise<Outlined<PART> | undefined> {
  const { basePath, inlineLimitBytes } = context.options;
  const large = largeContentOf(part, inlineLimitBytes);
  if (large === undefined) return undefined;
  const content = await bytesOf(large);
  const bytes = content?.length ?? Infinity;
  if (content === undefined || !context.blobs.hasRoomFor(bytes)) {
    return undefined;
  }
  const id = await sha256(content);
  const { chatId } = outliner;
  const mediaType = mediaTypeOf(large);
  const createdAt = context.now();
  const stored = context.blobs.keep(
    chatId,
    { id, content, bytes, mediaType, createdAt },
    (blob) => store(context, outliner, blob),
  );
  const url = blobPrefix(basePath, chatId) + id;
  return { part: withBlob(part, large, { url, bytes }), id, stored };
}

async function store(
  context: ChatContext,
  { chatId, runId, giveUp }: Outliner,
  blob: Blob,
): Promise<void> {
  const since = context.now();
  const retry = { ...context.runRetry, giveUpAfterMs: Infinity };
  try {
    const places = context.blobsOf(chatId);
    await storeBlob(places, blob, { retry, signal: giveUp });
    context.blobs.learn(chatId, [[blob.id, blob]]);
    const durationMs = context.now() - since;
    const { bytes } = blob;
    context.tell?.({ type: 'blob-stored', chatId, runId, bytes, durationMs });
  } catch (error) {
    // Given up with all that the run had not stored: that is told as one.
    if (giveUp.aborted) return;
    context.report(error, { chatId, runId, source: 'store' });
  }
}

async function bytesOf(
  large: LargeContent,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return large.kind === 'file'
    ? decodeBase64(large.base64)
    : new TextEncoder().encode(large.json);
}

const mediaTypeOf = (large: LargeContent): string =>
  large.kind === 'file' ? safeMediaType(large.mediaType) : 'application/json';

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
