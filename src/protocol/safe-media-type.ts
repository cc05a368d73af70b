const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,100}$/;

/**
 * A media type that may stand in a header: type and subtype alone, in lower
 * case. Whatever else was claimed is `application/octet-stream`.
 */
export function safeMediaType(claimed: string): string {
  const type = (claimed.split(';', 1)[0] ?? '').trim().toLowerCase();
  return MEDIA_TYPE.test(type) ? type : 'application/octet-stream';
}
