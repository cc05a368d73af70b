import { isGone, refusal } from './refusal.js';
import type { RequestOptions } from './retry-policy.js';
import { sendWithRetries } from './send-with-retries.js';
import { JSON_TYPE } from './stream-headers.js';
import type { StreamTarget } from './stream-target.js';

export interface AppendPlainOptions extends RequestOptions {
  /** JSON text: one record, or a non-empty array of records (one atomic batch). */
  readonly body: string;
}

/**
 * Appends at least once: a retry may repeat the records. For records that are
 * upserts, as in the history. Throws like `appendOnce`; a closed stream is
 * `rejected`.
 */
export function appendPlain(
  target: StreamTarget,
  { body, signal, retry }: AppendPlainOptions,
): Promise<'accepted' | 'missing'> {
  return sendWithRetries(target, {
    request: { method: 'POST', headers: { 'content-type': JSON_TYPE }, body },
    read: async (response) => {
      if (response.ok) return 'accepted';
      if (isGone(response.status)) return 'missing';
      throw await refusal(response);
    },
    signal,
    retry,
  });
}
