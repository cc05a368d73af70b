/** The body of an AI SDK UI message stream ends with this event. */
export const DONE_DATA = '[DONE]';

/** A comment: keeps proxies and stall timers calm, and is never logged. */
export const HEARTBEAT_FRAME = ': \n\n';

/**
 * The beginning of a body that has nothing to say yet. Some servers send the
 * headers with the first bytes of the body, and no reader knows before that it
 * is connected. A line alone: no event ends with it.
 */
export const OPENING_LINE = ':\n';

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
export function encodeFrame(data: string, id?: string, event?: string): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return id === undefined
    ? `${name}data: ${data}\n\n`
    : `${name}id: ${id}\ndata: ${data}\n\n`;
}

/**
 * Decodes the bytes of an event stream as they come, whatever boundaries they
 * were cut at. What is incomplete when the body ends is never reported.
 *
 * The rules are those of
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventDecoder(
  onEvent: (event: ServerSentEvent) => void,
): (bytes: Uint8Array) => void {
  const onLine = lineInterpreter(onEvent);
  const decoder = new TextDecoder();
  let begun = '';
  let endedInCR = false;
  return (bytes) => {
    let text = decoder.decode(bytes, { stream: true });
    if (text === '') return;
    // The second half of a line break whose first half ended the last bytes.
    if (endedInCR && text.startsWith('\n')) text = text.slice(1);
    endedInCR = text.endsWith('\r');
    const lines = text.split(text.includes('\r') ? /\r\n?|\n/ : '\n');
    // Only new text was searched: a long line in many pieces costs its length.
    lines[0] = begun + (lines[0] ?? '');
    begun = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}

function lineInterpreter(
  onEvent: (event: ServerSentEvent) => void,
): (line: string) => void {
  let data: string | undefined;
  let event: string | undefined;
  let id: string | undefined;
  return (line) => {
    if (line === '') {
      const complete = data === undefined ? undefined : { data, event, id };
      data = event = id = undefined;
      if (complete !== undefined) onEvent(complete);
      return;
    }
    const colon = line.indexOf(':');
    const end = colon === -1 ? line.length : colon;
    const value = line.slice(end + (line[end + 1] === ' ' ? 2 : 1));
    switch (line.slice(0, end)) {
      case 'data':
        data = data === undefined ? value : `${data}\n${value}`;
        break;
      case 'event':
        event = value || undefined;
        break;
      case 'id':
        if (!value.includes('\0')) id = value;
    }
  };
}
