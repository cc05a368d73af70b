import {
  PRODUCER_EPOCH_HEADER,
  PRODUCER_ID_HEADER,
  PRODUCER_SEQ_HEADER,
  STREAM_SEQ_HEADER,
} from '@durable-streams/client';
import {
  appendOutcome,
  type AppendOutcome,
  type ProducerTriple,
} from './append-outcome.js';
import { refusal } from './refusal.js';
import type { RequestOptions } from './retry-policy.js';
import { sendWithRetries } from './send-with-retries.js';
import { JSON_TYPE } from './stream-headers.js';
import type { StreamTarget } from './stream-target.js';

export interface AppendOnceOptions extends RequestOptions {
  readonly producer: ProducerTriple;
  /** JSON text: one record, or a non-empty array of records (one atomic batch). */
  readonly body: string;
  /**
   * Its place among the appends that name one, whoever makes them: it takes
   * effect only if none has named this one, or a later one, before.
   */
  readonly streamSeq?: string | undefined;
  /** Called after each failed try, before the wait. */
  readonly onRetry?: ((cause: unknown) => void) | undefined;
}

/**
 * One append that takes effect once at most, however often it has to be sent:
 * every try carries the same triple and the same bytes.
 *
 * Throws `store-unavailable` when the tries are used up (the append may have
 * taken effect), `forbidden` or `rejected` when the server does not want it,
 * and the signal's reason when aborted.
 *
 * The one exception is the server's: the Node server's file store commits the
 * producer's state after the data, so that a crash of the *streams server* in
 * between lets the retry in a second time. Readers drop records whose key they
 * have seen.
 */
export function appendOnce(
  target: StreamTarget,
  { producer, body, streamSeq, signal, retry, onRetry }: AppendOnceOptions,
): Promise<AppendOutcome> {
  return sendWithRetries(target, {
    request: {
      method: 'POST',
      headers: {
        'content-type': JSON_TYPE,
        // An agent may be called anything; a header's value may not.
        [PRODUCER_ID_HEADER]: encodeURIComponent(producer.id),
        [PRODUCER_EPOCH_HEADER]: String(producer.epoch),
        [PRODUCER_SEQ_HEADER]: String(producer.seq),
        ...(streamSeq !== undefined && { [STREAM_SEQ_HEADER]: streamSeq }),
      },
      body,
    },
    read: async (response, repeated) => {
      const outcome = appendOutcome(response, repeated);
      if (outcome !== undefined) return outcome;
      const isPreceded = streamSeq !== undefined && response.status === 409;
      if (!isPreceded) throw await refusal(response);
      return { kind: 'preceded' };
    },
    signal,
    retry,
    onRetry,
  });
}
