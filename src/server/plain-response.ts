import { pulledBody } from '../log/index.js';
import {
  createEventDecoder,
  DONE_DATA,
  encodeEvent,
  eventOf,
  FORMAT_HEADER,
  HEARTBEAT_FRAME,
  isStreamChunk,
} from '../protocol/index.js';

/**
 * A response with a run's events as their source sent them, for a client that
 * knows nothing of runs: no cursors, no chunks of ours and no `[DONE]` but the
 * source's own. Other responses as they are.
 */
export function plainResponse(response: Response): Response {
  const { body } = response;
  if (!response.headers.has(FORMAT_HEADER) || body === null) return response;
  const headers = new Headers(response.headers);
  headers.delete('x-vercel-ai-ui-message-stream');
  const reader = body.getReader();
  const leave = (): void => void reader.cancel().catch(() => undefined);
  const plain = pulledBody(plainFrames(reader), leave, Infinity);
  return new Response(plain, { headers });
}

/**
 * Ends where the run is done or was stopped, as its source would have; breaks
 * off where it failed, or where the reader was sent away.
 */
async function* plainFrames(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  // A comment alone is a heartbeat, and is passed on as one.
  let text = HEARTBEAT_FRAME;
  let isOver = false;
  let failure: string | undefined;
  const feed = createEventDecoder(({ data }) => {
    if (text === HEARTBEAT_FRAME) text = '';
    if (data === DONE_DATA) return void (isOver = true);
    const chunk: unknown = JSON.parse(data);
    if (!isStreamChunk(chunk)) return;
    const event = eventOf(chunk);
    if (event !== undefined) text += encodeEvent(event);
    if (chunk.type === 'error') failure = String(chunk['errorText']);
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (value !== undefined) feed(value);
    if (text !== '' && !done) yield text;
    if (done || isOver) break;
    text = HEARTBEAT_FRAME;
  }
  if (!isOver) failure = 'The reader lags too far behind its answer.';
  if (failure !== undefined) throw new Error(failure);
}
