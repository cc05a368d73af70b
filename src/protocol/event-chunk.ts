import type { StreamChunk } from './stream-chunk.js';

/** A server-sent event of any protocol. */
export interface SourceEvent {
  /** As it stood on the wire; line breaks where it had several `data` lines. */
  readonly data: string;
  /** Its name, where it has one. */
  readonly event?: string | undefined;
}

const EVENT_TYPE = 'data-event';

/**
 * An event as a chunk (PROTOCOL.md, "Events of any protocol"): a transient data
 * part of the AI SDK, so that whoever takes the answer for a UI message shows
 * nothing of it, whatever version reads it.
 */
export function eventChunk({ data, event }: SourceEvent): StreamChunk {
  const content = event === undefined ? data : { event, data };
  return { type: EVENT_TYPE, data: content, transient: true };
}

/** The event of a chunk; `undefined` where it is another one. */
export function eventOf({ type, data }: StreamChunk): SourceEvent | undefined {
  if (type !== EVENT_TYPE) return undefined;
  // CAST: read field by field, each taken for unknown.
  const fields = (typeof data === 'object' && data !== null ? data : {}) as {
    readonly [field: string]: unknown;
  };
  const text = typeof data === 'string' ? data : fields['data'];
  if (typeof text !== 'string') return undefined;
  const { event } = fields;
  return typeof event === 'string' ? { data: text, event } : { data: text };
}

/** An event as an event stream has it. */
export function encodeEvent({ data, event }: SourceEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`;
}
