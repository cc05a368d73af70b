import type { ServerResponse } from 'node:http';
import { encodeFrame } from '../../protocol/index.js';

/** Server-sent events on an answer of Node's server. */
export interface EventResponse {
  /** `id`: what the page says it has had, when it comes back. */
  send(event: string, data: unknown, id?: number): void;
}

const AWAKE_MS = 15_000;

/** Begins one; `onClose` is called when nobody listens any more. */
export function openEvents(
  response: ServerResponse,
  onClose: () => void,
): EventResponse {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
  });
  response.flushHeaders();
  const timer = setInterval(() => response.write(': \n\n'), AWAKE_MS);
  response.on('close', () => {
    clearInterval(timer);
    onClose();
  });
  return {
    send(event, data, id) {
      const eventId = id === undefined ? undefined : String(id);
      response.write(encodeFrame(JSON.stringify(data), eventId, event));
    },
  };
}
