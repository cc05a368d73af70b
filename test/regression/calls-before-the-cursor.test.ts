import { describe, expect, it } from 'vitest';
import type { StreamChunk } from '../../src/protocol/index.js';
import { openInProcessApp, question } from '../limits/in-process-app.js';

const open: StreamChunk[] = [
  { type: 'start', messageId: 'answer' },
  { type: 'tool-input-start', toolCallId: 'call', toolName: 'weather' },
];

const failing = (): ReadableStream<StreamChunk> => {
  const left = [...open];
  return new ReadableStream<StreamChunk>({
    pull(controller) {
      const chunk = left.shift();
      if (chunk === undefined) controller.error(new Error('The model broke.'));
      else controller.enqueue(chunk);
    },
  });
};

describe('a reader that comes back after a run has failed', () => {
  it('is told that a call is over that it had seen begin', async () => {
    await using app = await openInProcessApp({ respond: failing });
    const body = { id: 'chat', messages: [question()] };
    const posted = await app.chat.handle(app.post(body));
    const live = await posted.text();
    // Only the history is left in the chat's state from here on.
    await app.settled();
    const runId = posted.headers.get('durable-run-id') ?? '';
    const cursor = { 'last-event-id': `${open.length}.${runId}` };
    const rest = await app.chat.handle(app.get('/chat/stream', cursor));
    const chunks = [
      { type: 'tool-input-error', toolCallId: 'call' },
      { type: 'error' },
    ];
    expect(chunksOf(await rest.text())).toMatchObject(chunks);
    expect(chunksOf(live)).toMatchObject([...open, ...chunks]);
  });
});

function chunksOf(body: string): unknown[] {
  return [...body.matchAll(/^data: (\{.*)$/gm)].map(([, json = '']) =>
    JSON.parse(json),
  );
}
