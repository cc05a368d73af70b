import { decodeBase64 } from '../protocol/index.js';

/**
 * A file's data as every supported AI SDK reads it: bytes, as v3 models give
 * them, that also look like the `{ type: 'data', data }` of v4 models. Early
 * AI SDK 7 takes v3 models, and reads their files the v4 way.
 */
export async function fileData(data: string | Uint8Array): Promise<Uint8Array> {
  const given = typeof data === 'string' ? await decodeBase64(data) : data;
  if (given === undefined) throw new TypeError('The file is not base64 text.');
  // A view: what the caller holds stays as it is.
  const bytes = given.subarray();
  return Object.assign(bytes, { type: 'data', data: given });
}
