import { startStreams } from 'ai-durable-transport/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { soon } from '../../src/server/soon.js';
import { startChatApp } from '../support/chat-app.js';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { postMessage } from '../support/post-message.js';

afterEach(() => vi.unstubAllGlobals());

function unsupported(): never {
  throw new Error('not supported in the Edge Runtime');
}

/** Just for that call: what else the process does needs its immediates. */
function inEdgeRuntime<T>(act: () => T): T {
  vi.stubGlobal('EdgeRuntime', 'edge-runtime');
  vi.stubGlobal('setImmediate', unsupported);
  vi.stubGlobal('clearImmediate', unsupported);
  try {
    return act();
  } finally {
    vi.unstubAllGlobals();
  }
}

it('gathers a burst without an immediate where that throws, as in Next', async () => {
  const takeBack = inEdgeRuntime(() => soon(() => undefined));
  inEdgeRuntime(takeBack);
  const gathered = new Promise<string>((resolve) => {
    inEdgeRuntime(() => soon(() => resolve('gathered')));
  });
  expect(await gathered).toBe('gathered');
});

it('answers without a class for queuing strategies', async () => {
  vi.stubGlobal('EdgeRuntime', 'edge-runtime');
  vi.stubGlobal('ByteLengthQueuingStrategy', unsupported);
  vi.stubGlobal('CountQueuingStrategy', unsupported);
  await using streams = await startStreams();
  const { model, start, middle } = numberAnswer();
  start.open();
  middle.open();
  const app = await startChatApp({ streams, model });
  const response = await postMessage(app.api);
  expect(response.status).toBe(200);
  const body = await response.text();
  const deltas = body.matchAll(/"delta":"([^"]*)"/g);
  expect(Array.from(deltas, ([, text]) => text).join('')).toBe(NUMBERS);
  await app.close();
});
