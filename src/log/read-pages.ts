import { OFFSET_QUERY_PARAM } from '@durable-streams/client';
import { LOG_START, readBatch, type LogBatch } from './log-batch.js';
import { LeadBackWatch } from './lead-back-watch.js';
import { clockOf, type RequestOptions } from './retry-policy.js';
import { sendWithRetries } from './send-with-retries.js';
import type { StreamTarget } from './stream-target.js';

export interface ReadPagesOptions extends RequestOptions {
  /** Default: from the start. */
  readonly offset?: string | undefined;
}

/**
 * Everything that stands in the stream now, page by page: the last batch is
 * `upToDate`, and may be empty. Throws `log-lost` when there is no such stream
 * (with status 404 or 410) or when it is not the one that `offset` came from;
 * otherwise like `appendOnce`. Items may repeat only where the store holds them
 * twice (see `appendOnce`).
 */
export async function* readPages(
  target: StreamTarget,
  { offset = LOG_START, signal, retry }: ReadPagesOptions = {},
): AsyncGenerator<LogBatch, void, undefined> {
  let from = offset;
  for (;;) {
    const batch = await readPage(target, { offset: from, signal, retry });
    yield batch;
    if (batch.upToDate) return;
    from = batch.offset;
  }
}

function readPage(
  target: StreamTarget,
  { offset, signal, retry }: RequestOptions & { readonly offset: string },
): Promise<LogBatch> {
  const watch = new LeadBackWatch(clockOf(retry));
  return sendWithRetries(target, {
    request: { method: 'GET', query: { [OFFSET_QUERY_PARAM]: offset } },
    read: async (response) => {
      const batch = await readBatch(response);
      watch.check(batch.offset, offset);
      if (!batch.upToDate && batch.offset === offset) {
        throw new RangeError('The page leads nowhere.');
      }
      return batch;
    },
    signal,
    retry,
  });
}
