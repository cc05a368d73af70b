import { isGone, refusal } from './refusal.js';
import type { RequestOptions } from './retry-policy.js';
import { sendWithRetries } from './send-with-retries.js';
import type { StreamTarget } from './stream-target.js';

/**
 * Deletes the stream; one that is not there is fine. The Node server leaves
 * readers that follow it by SSE without a word: they find out by their stall
 * timeout. Throws like `appendOnce`.
 */
export function deleteStream(
  target: StreamTarget,
  { signal, retry }: RequestOptions = {},
): Promise<void> {
  return sendWithRetries(target, {
    request: { method: 'DELETE' },
    read: async (response) => {
      if (response.ok || isGone(response.status)) return;
      throw await refusal(response);
    },
    signal,
    retry,
  });
}
