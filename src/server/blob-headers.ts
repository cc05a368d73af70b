import { safeMediaType } from '../protocol/index.js';

/** Shown by a browser as what they are, and never run. */
const SHOWN =
  /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp)|audio\/[^/]+|video\/[^/]+|text\/plain|application\/json)$/;

/** Of use inside a page, but not to be opened: an SVG image may hold scripts. */
const EMBEDDED = /^(?:image\/[^/]+|application\/pdf)$/;

/**
 * The headers under which bytes of anybody's making may be served from the
 * app's own origin. A browser takes them for nothing but what they are said to
 * be, runs nothing in them (HTML, SVG), and lets no page load them as script
 * or style; what is not plainly media is saved, not shown.
 */
export function blobHeaders(id: string, mediaType: string): Headers {
  const type = safeMediaType(mediaType);
  const isShown = SHOWN.test(type);
  const isKept = isShown || EMBEDDED.test(type);
  const headers = new Headers({
    'content-type': isKept ? type : 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    // What an id names never changes; who may read it is asked each time.
    'cache-control': 'private, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    etag: etagOf(id),
  });
  if (type === 'text/plain') {
    headers.set('content-type', 'text/plain; charset=utf-8');
  }
  if (!isShown) headers.set('content-disposition', 'attachment');
  return headers;
}

export const etagOf = (id: string): string => `"${id}"`;
