/** What a request wants of a content: all of it, or bytes `from` to `to`, both included. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly from: number; readonly to: number }
  | { readonly kind: 'unsatisfiable' };

export interface RangeRequest {
  /** The `Range` header. */
  readonly range: string | null;
  /** The `If-Range` header. */
  readonly ifRange: string | null;
}

/**
 * Reads a range request (RFC 9110, 14.2). What is no single range of bytes, or
 * was asked for of another content, is answered by the whole.
 */
export function byteRange(
  { range, ifRange }: RangeRequest,
  { bytes, etag }: { readonly bytes: number; readonly etag: string },
): ByteRange {
  const [, first = '', last = ''] =
    /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(range ?? '') ?? [];
  const isOther = ifRange !== null && ifRange !== etag;
  if (isOther || (first === '' && last === '')) return { kind: 'whole' };
  if (first === '') return lastBytes(Number(last), bytes);
  const from = Number(first);
  const to = last === '' ? Infinity : Number(last);
  if (to < from) return { kind: 'whole' };
  if (from >= bytes) return { kind: 'unsatisfiable' };
  return { kind: 'part', from, to: Math.min(to, bytes - 1) };
}

function lastBytes(count: number, bytes: number): ByteRange {
  if (count === 0 || bytes === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', from: Math.max(0, bytes - count), to: bytes - 1 };
}
