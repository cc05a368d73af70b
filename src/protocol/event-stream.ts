import { createParser } from 'eventsource-parser';

/** The body of an AI SDK UI message stream ends with this event. */
export const DONE_DATA = '[DONE]';

/** A comment: keeps proxies and stall timers calm, and is never logged. */
export const HEARTBEAT_FRAME = ': \n\n';

/** What marks a response as an AI SDK UI message stream, and keeps it unbuffered. */
export const UI_MESSAGE_STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
  'x-accel-buffering': 'no',
  'x-vercel-ai-ui-message-stream': 'v1',
} as const;

export interface ServerSentEvent {
  readonly data: string;
  readonly event: string | undefined;
  /** The `id` of this very event; not carried over from an earlier one. */
  readonly id: string | undefined;
}

/** One event. `data` must be JSON text or `[DONE]`: without line breaks. */
export function encodeFrame(data: string, id?: string): string {
  return id === undefined
    ? `data: ${data}\n\n`
    : `id: ${id}\ndata: ${data}\n\n`;
}

/**
 * Decodes the bytes of an event stream as they come, whatever boundaries they
 * were cut at. What is incomplete when the body ends is never reported.
 */
export function createEventDecoder(
  onEvent: (event: ServerSentEvent) => void,
): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ data, event, id }) => onEvent({ data, event, id }),
  });
  return (bytes) => parser.feed(decoder.decode(bytes, { stream: true }));
}
