import { DurableChatError } from '../protocol/index.js';
import { blobHeaders, etagOf } from './blob-headers.js';
import { byteRange } from './byte-range.js';
import type { ChatContext } from './chat-context.js';
import { openChatBlob, type OpenedBlob } from './open-chat-blob.js';
import { patiently } from './patiently.js';
import { sliceBytes } from './slice-bytes.js';

/** Which blob of which chat. */
export interface BlobName {
  readonly chatId: string;
  readonly id: string;
}

/**
 * `GET` and `HEAD {base}/{chatId}/blobs/{id}` (PROTOCOL.md, "Large parts").
 * A reader may ask for a blob before it is stored: its URL is in the answer as
 * soon as its bytes are known.
 *
 * @throws DurableChatError `not-found`, `store-unavailable`
 */
export async function serveBlob(
  context: ChatContext,
  name: BlobName,
  request: Request,
): Promise<Response> {
  const blob = await patiently(() =>
    openChatBlob(context, name, request.signal),
  );
  if (blob !== undefined) return blobResponse(blob, name.id, request);
  const message = 'The chat has no such large part.';
  throw new DurableChatError('not-found', message);
}

async function blobResponse(
  { content, bytes, mediaType }: OpenedBlob,
  id: string,
  { method, headers: asked }: Request,
): Promise<Response> {
  const headers = blobHeaders(id, mediaType);
  const etag = etagOf(id);
  const without = async (status: number): Promise<Response> => {
    await content.cancel();
    return new Response(null, { status, headers });
  };
  if (isHeld(asked.get('if-none-match'), etag)) return without(304);
  const wanted = {
    // A range of a HEAD has no meaning (RFC 9110, 14.2).
    range: method === 'GET' ? asked.get('range') : null,
    ifRange: asked.get('if-range'),
  };
  const range = byteRange(wanted, { bytes, etag });
  if (range.kind === 'unsatisfiable') {
    headers.set('content-range', `bytes */${bytes}`);
    headers.set('cache-control', 'no-store');
    return without(416);
  }
  const { from, to } =
    range.kind === 'part' ? range : { from: 0, to: bytes - 1 };
  headers.set('content-length', String(to - from + 1));
  if (method === 'HEAD') return without(200);
  if (range.kind === 'part') {
    headers.set('content-range', `bytes ${from}-${to}/${bytes}`);
  }
  const status = range.kind === 'part' ? 206 : 200;
  return new Response(sliceBytes(content, { from, to }), { status, headers });
}

/** By weak comparison, as RFC 9110, 13.1.2 has it. */
function isHeld(ifNoneMatch: string | null, etag: string): boolean {
  const held = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim());
  return held.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
}
