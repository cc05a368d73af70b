import type { UIMessageChunk } from 'ai';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/chat-client.js';
import { gate, type Gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { soundRuns } from '../support/read-log.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('undrained');

const PIECE = '#'.repeat(16_384);
const PIECES = 384;
const TEXT_LENGTH = PIECE.length * PIECES;
/** What a body may hold that nobody reads, and a frame more. */
const MAX_HELD = 1_048_576 + 2 * PIECE.length;
const MAX_PIECE = 65_536;

/** 6 MB of text, a piece a turn; `said` opens when all of it was taken. */
function longAnswer(said: Gate): ReadableStream<UIMessageChunk> {
  let count = 0;
  return new ReadableStream({
    start: (controller) => controller.enqueue({ type: 'text-start', id: 't' }),
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      count += 1;
      controller.enqueue({ type: 'text-delta', id: 't', delta: PIECE });
      if (count < PIECES) return;
      controller.enqueue({ type: 'text-end', id: 't' });
      controller.close();
      said.open();
    },
  });
}

function post(id: string): Request {
  const parts = [{ type: 'text', text: 'Go on.' }];
  const messages = [{ id: 'question', role: 'user', parts }];
  const body = JSON.stringify({ id, messages });
  return new Request('http://app.test/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

async function expectWhole({ app }: Scene, id: string): Promise<void> {
  const [run] = await soundRuns(streams, id);
  expect(run?.statuses).toEqual(['active', 'done']);
  expect(run?.text.length).toBe(TEXT_LENGTH);
  const { messages } = await app.chat.load(id);
  expect(textOf(messages[1]).length).toBe(TEXT_LENGTH);
}

/** A `fetch` whose answers to POSTs are not read before that. */
function holding(until: Gate) {
  const requests: string[] = [];
  const held: typeof fetch = async (input, init) => {
    requests.push(init?.method ?? 'GET');
    const response = await fetch(input, init);
    if (init?.method !== 'POST' || response.body === null) return response;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          await until.opened;
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, response);
  };
  return { fetch: held, requests };
}

describe('a reader that never drains', () => {
  it('[A38] of a live answer is let go at 1 MB, and the run goes on without it', async () => {
    const said = gate();
    const respond = () => longAnswer(said);
    await using scene = await openScene({ streams, respond });
    const id = nextChat();
    const response = await scene.app.chat.handle(post(id));
    await said.opened;
    await scene.stored();
    await expectWhole(scene, id);
    const body = await response.text();
    expect(body.length).toBeGreaterThan(1_000_000);
    expect(body.length).toBeLessThan(MAX_HELD);
    expect(body).not.toContain('[DONE]');
  });

  it('[A38] of a resumed answer has nothing kept for it but the log', async () => {
    const said = gate();
    const respond = () => longAnswer(said);
    await using scene = await openScene({ streams, respond });
    const id = nextChat();
    await (await scene.app.chat.handle(post(id))).body?.cancel();
    const resume = new Request(`http://app.test/api/chat/${id}/stream`);
    const { body } = await scene.app.chat.handle(resume);
    const reader = body?.getReader();
    const read: Uint8Array[] = [];
    const first = await reader?.read();
    if (first?.value) read.push(first.value);
    await said.opened;
    await scene.stored();
    await expectWhole(scene, id);
    for (let next = await reader?.read(); next?.done === false;) {
      read.push(next.value);
      next = await reader?.read();
    }
    // Of what it had not read, one piece at a time is made.
    expect(Math.max(...read.map(({ length }) => length))).toBe(MAX_PIECE);
    const text = Buffer.concat(read).toString();
    expect(text.match(/#+/g)?.join('').length).toBe(TEXT_LENGTH);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('[A38] comes back through the log, and sees all of it', async () => {
    const said = gate();
    const respond = () => longAnswer(said);
    await using scene = await openScene({ streams, respond });
    const id = nextChat();
    // The page's own connection: it takes nothing until all was said.
    const held = holding(said);
    const transport = { fetch: held.fetch };
    const tab = new Traveller(scene.app, { id, transport });
    const journey = await tab.send();
    expect(journey.errors).toEqual([]);
    expect(journey.statuses).not.toContain('error');
    expect(journey.finishes).toMatchObject([
      { isAbort: false, isError: false },
    ]);
    expect(textOf(journey.messages[1]).length).toBe(TEXT_LENGTH);
    expect(held.requests).toEqual(['POST', 'GET']);
    await scene.stored();
    await expectWhole(scene, id);
  });
});
