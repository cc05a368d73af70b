import { expect, it } from 'vitest';
import {
  DONE_DATA,
  encodeFrame,
  eventChunk,
  FORMAT_HEADER,
  HEARTBEAT_FRAME,
} from '../../src/protocol/index.js';
import { plainResponse } from '../../src/server/plain-response.js';

/** The response of a run of events, in these pieces. */
function plain(...pieces: readonly string[]): Response {
  const encoder = new TextEncoder();
  const rest = pieces.map((piece) => encoder.encode(piece));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = rest.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  const headers = { [FORMAT_HEADER]: 'events' };
  return plainResponse(new Response(body, { headers }));
}

const frame = encodeFrame(JSON.stringify(eventChunk({ data: 'a' })), '1.r');
const done = encodeFrame(DONE_DATA);

it('ends where the run is over, and is kept awake until then', async () => {
  const text = await plain(frame, HEARTBEAT_FRAME, frame, done).text();
  expect(text).toBe(`data: a\n\n${HEARTBEAT_FRAME}data: a\n\n`);
});

it('breaks off where its reader was sent away before the end', async () => {
  await expect(plain(frame, frame).text()).rejects.toThrow('lags');
});
