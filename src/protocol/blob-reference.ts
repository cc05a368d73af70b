/**
 * What stands in a tool part's `output` where the output was too large for the
 * log. The value itself is the JSON that `url` answers with.
 */
export interface BlobReference {
  readonly type: 'blob';
  /** `{base}/{chatId}/blobs/{sha256}`: a path on the server of the chat. */
  readonly url: string;
  readonly mediaType: 'application/json';
  /** How large the JSON text is. */
  readonly bytes: number;
}

/**
 * Whether a tool's output was stored out of line (option `inlineLimitBytes`).
 * Fetch its `url` as you fetch anything of the chat; the JSON is the output.
 */
export function isBlobReference(output: unknown): output is BlobReference {
  return (
    typeof output === 'object' &&
    output !== null &&
    'type' in output &&
    output.type === 'blob' &&
    'url' in output &&
    typeof output.url === 'string'
  );
}

/** A blob's id: the SHA-256 of its bytes in lower case hexadecimal. */
export function isBlobId(id: string): boolean {
  return /^[0-9a-f]{64}$/.test(id);
}

/** What the URLs of a chat's blobs begin with, before the id. */
export function blobPrefix(basePath: string, chatId: string): string {
  const base = basePath.replace(/\/+$/, '');
  return `${base}/${encodeURIComponent(chatId)}/blobs/`;
}

/** The id in a URL that begins with exactly this prefix. */
export function blobIdOf(url: unknown, prefix: string): string | undefined {
  if (typeof url !== 'string' || !url.startsWith(prefix)) return undefined;
  const id = url.slice(prefix.length);
  return isBlobId(id) ? id : undefined;
}
