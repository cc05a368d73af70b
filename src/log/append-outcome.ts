import {
  PRODUCER_EPOCH_HEADER,
  PRODUCER_EXPECTED_SEQ_HEADER,
  PRODUCER_SEQ_HEADER,
  STREAM_CLOSED_HEADER,
} from '@durable-streams/client';
import { isGone } from './refusal.js';
import { offsetOf } from './stream-headers.js';

/** Who appends, and the number of this append: what makes a repeat harmless. */
export interface ProducerTriple {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
}

/** What the streams server made of an idempotent append. */
export type AppendOutcome =
  | {
      readonly kind: 'accepted';
      /** The log's offset after the batch. */
      readonly offset: string;
    }
  | {
      /** The log has an append of this triple already, with the same body or another. */
      readonly kind: 'duplicate';
      /** An earlier try of this very call may have been it. */
      readonly repeated: boolean;
      /** The highest `seq` that the log has of this producer and epoch. */
      readonly lastSeq?: number;
    }
  | {
      /** A writer with a larger epoch, this one, has taken over. */
      readonly kind: 'fenced';
      readonly epoch: number;
    }
  /** Another append has taken the place in the stream that this one was for. */
  | { readonly kind: 'preceded' }
  /** There is no such stream (404, 410). */
  | { readonly kind: 'missing' }
  /** The stream has been closed for good. */
  | { readonly kind: 'closed' }
  | {
      /** The server does not know this producer's earlier appends. */
      readonly kind: 'gap';
      readonly expectedSeq: number;
    };

/**
 * What an answer says about an append with producer headers (PROTOCOL.md of
 * Durable Streams, 5.2.1). `undefined`: nothing that an append foresees.
 */
export function appendOutcome(
  { status, headers }: Response,
  repeated: boolean,
): AppendOutcome | undefined {
  if (status === 200) return { kind: 'accepted', offset: offsetOf(headers) };
  if (status === 204) return duplicate(headers, repeated);
  if (isGone(status)) return { kind: 'missing' };
  if (status === 403) {
    const epoch = numberIn(headers, PRODUCER_EPOCH_HEADER);
    return epoch === undefined ? undefined : { kind: 'fenced', epoch };
  }
  return status === 409 ? conflict(headers) : undefined;
}

function duplicate(headers: Headers, repeated: boolean): AppendOutcome {
  const lastSeq = numberIn(headers, PRODUCER_SEQ_HEADER);
  return lastSeq === undefined
    ? { kind: 'duplicate', repeated }
    : { kind: 'duplicate', repeated, lastSeq };
}

function conflict(headers: Headers): AppendOutcome | undefined {
  if (headers.get(STREAM_CLOSED_HEADER) === 'true') return { kind: 'closed' };
  const expectedSeq = numberIn(headers, PRODUCER_EXPECTED_SEQ_HEADER);
  return expectedSeq === undefined ? undefined : { kind: 'gap', expectedSeq };
}

function numberIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}
