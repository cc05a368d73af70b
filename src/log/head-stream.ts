import { isGone, refusal } from './refusal.js';
import type { RequestOptions } from './retry-policy.js';
import { sendWithRetries } from './send-with-retries.js';
import { isClosed, offsetOf } from './stream-headers.js';
import type { StreamTarget } from './stream-target.js';

export type StreamHead =
  | {
      readonly exists: false;
      readonly offset: undefined;
      readonly closed: false;
    }
  | {
      readonly exists: true;
      /** The stream's end. */
      readonly offset: string;
      readonly closed: boolean;
    };

/**
 * Where the stream ends, without reading it and without prolonging its life.
 * Throws like `appendOnce`.
 */
export function headStream(
  target: StreamTarget,
  { signal, retry }: RequestOptions = {},
): Promise<StreamHead> {
  return sendWithRetries<StreamHead>(target, {
    request: { method: 'HEAD' },
    read: async (response) => {
      const { ok, status, headers } = response;
      if (isGone(status)) {
        return { exists: false, offset: undefined, closed: false };
      }
      if (!ok) throw await refusal(response);
      return {
        exists: true,
        offset: offsetOf(headers),
        closed: isClosed(headers),
      };
    },
    signal,
    retry,
  });
}
