import { SSE_CLOSED_FIELD, SSE_OFFSET_FIELD } from '@durable-streams/client';
import { createEventDecoder, type ServerSentEvent } from '../protocol/index.js';
import { itemsOf, type LogBatch } from './log-batch.js';

/** Not among the client package's constants (PROTOCOL.md of Durable Streams, 5.7). */
const SSE_UP_TO_DATE_FIELD = 'upToDate';

/** Bytes of a live SSE answer in, whole batches out. */
export interface EventBatcher {
  /** The batches that the bytes complete. Throws where they are not the protocol's. */
  feed(bytes: Uint8Array): readonly LogBatch[];
}

/**
 * Holds items back until the control event that follows them, for only that one
 * says where to go on: what was cut off before it is asked for again.
 */
export function createEventBatcher(): EventBatcher {
  let items: unknown[] = [];
  let batches: LogBatch[] = [];
  const decode = createEventDecoder(({ event, data }: ServerSentEvent) => {
    if (event === 'data') {
      for (const item of itemsOf(JSON.parse(data))) items.push(item);
    } else if (event === 'control') {
      batches.push(controlledBatch(items, JSON.parse(data)));
      items = [];
    }
  });
  return {
    feed(bytes) {
      batches = [];
      decode(bytes);
      return batches;
    },
  };
}

function controlledBatch(
  items: readonly unknown[],
  control: unknown,
): LogBatch {
  // CAST: of an object of any shape, or of none, only fields are looked at.
  const fields = Object(control) as Readonly<Record<string, unknown>>;
  const offset = fields[SSE_OFFSET_FIELD];
  if (typeof offset !== 'string') {
    throw new SyntaxError('A control event names no offset.');
  }
  const closed = fields[SSE_CLOSED_FIELD] === true;
  const upToDate = closed || fields[SSE_UP_TO_DATE_FIELD] === true;
  return { items, offset, upToDate, closed };
}
