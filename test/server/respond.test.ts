import { setTimeout as sleep } from 'node:timers/promises';
import {
  scriptedModel,
  scriptedText,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import type { RespondContext } from 'ai-durable-transport/server';
import { convertToModelMessages, streamText, type UIMessage } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/chat-client.js';
import { Traveller } from '../support/journey.js';
import { chunksOf, postMessage } from '../support/post-message.js';
import { soundRuns } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('responded');

const chunks = [
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'an answer' },
  { type: 'text-end', id: 't' },
];

function streamOf<T>(items: readonly T[]): ReadableStream<T> {
  return new ReadableStream({
    start(controller) {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  });
}

const sse = (lines: readonly unknown[]): Response =>
  new Response(lines.map((line) => `data: ${String(line)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });

async function result({ messages, abortSignal }: RespondContext) {
  return streamText({
    model: scriptedModel(scriptedText('an answer', { pieces: 1 })),
    messages: await convertToModelMessages(messages),
    abortSignal,
  });
}

describe('respond', () => {
  it.each<[string, (context: RespondContext) => unknown]>([
    ['a streamText result', result],
    ['a stream of chunks', () => streamOf(chunks)],
    [
      'a Response with a UI message stream',
      async (context) => (await result(context)).toUIMessageStreamResponse(),
    ],
  ])('may return %s', async (_, respond) => {
    const id = nextChat();
    await using instances = await startInstances({
      streams,
      // CAST: the point is what is returned, not how it is typed.
      respond: respond as () => Response,
    });
    const { one, other } = instances;
    const tab = new Traveller(one, { id });
    const { messages, errors } = await tab.send();
    expect(errors).toEqual([]);
    expect(textOf(messages[1])).toBe('an answer');
    await one.settled();
    expect((await other.chat.load(id)).messages).toEqual(messages);
    expect(one.errors).toEqual([]);
  });

  it('is given all that it needs to know', async () => {
    const id = nextChat();
    const contexts: RespondContext[] = [];
    await using instances = await startInstances({
      streams,
      authorize: () => ({ id: 'ada' }),
      respond: (context) => {
        contexts.push(context);
        return streamOf(chunks);
      },
    });
    const response = await postMessage(instances.one.api, { id, text: 'Hi' });
    expect(contexts).toMatchObject([
      {
        chatId: id,
        runId: response.headers.get('durable-run-id'),
        messageId: response.headers.get('durable-message-id'),
        trigger: 'submit-message',
        actor: { id: 'ada' },
        body: { own: 'field' },
        messages: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      },
    ]);
    expect(contexts[0]?.request.method).toBe('POST');
  });

  const fails = (): never => {
    throw new Error('sk-123');
  };
  const rejects = new ReadableStream({
    pull: () => Promise.reject(new Error('sk-123')),
  });

  it.each<[string, () => unknown]>([
    ['throws', fails],
    ['rejects', () => Promise.reject(new Error('sk-123'))],
    ['returns nothing', () => undefined],
    ['returns a number', () => 7],
    ['returns a stream of something else', () => streamOf([1, 2])],
    ['returns a stream that fails', () => rejects],
    ['returns events that are not JSON', () => sse(['{'])],
    ['returns events that are not chunks', () => sse(['"sk-123"'])],
  ])('that %s ends the run with one masked error', async (_, respond) => {
    const id = nextChat();
    await using instances = await startInstances({
      streams,
      // CAST: the point is that it returns what it must not.
      respond: respond as () => Response,
    });
    const { one, other } = instances;
    const response = await postMessage(one.api, { id });
    expect(response.status).toBe(200);
    const answer = await chunksOf(response);
    expect(answer.isDone).toBe(true);
    expect(answer.chunks.at(-1)).toEqual({
      type: 'error',
      errorText: 'An error occurred.',
    });
    await one.settled();
    expect(one.errors).toMatchObject([{ chatId: id, source: 'model' }]);
    expect(await soundRuns(streams, id)).toMatchObject([
      { statuses: ['active', 'failed'] },
    ]);
    expect((await other.chat.load(id)).messages).toHaveLength(1);
  });

  it('may answer otherwise, at once, although the store is down', async () => {
    const id = nextChat();
    await using own = await startStreams();
    await own.down();
    const finished: unknown[] = [];
    await using instances = await startInstances({
      streams: own,
      respond: async () => {
        // By now the run is on its way into the log.
        await sleep(30);
        return new Response('slow down', { status: 429 });
      },
      onFinish: (event) => void finished.push(event),
    });
    const since = performance.now();
    const response = await postMessage(instances.one.api, { id });
    expect(response.status).toBe(429);
    expect(await response.text()).toBe('slow down');
    expect(performance.now() - since).toBeLessThan(2_000);
    expect(finished).toEqual([]);
    await own.up();
  });

  it('keeps the conversation when a later run fails at once', async () => {
    const id = nextChat();
    let count = 0;
    await using instances = await startInstances({
      streams,
      respond: () => {
        count += 1;
        return count === 1 ? streamOf(chunks) : fails();
      },
    });
    const { one, other } = instances;
    const tab = new Traveller(one, { id });
    await tab.send('first');
    await tab.send('second');
    await one.settled();
    const { messages } = await other.chat.load(id);
    const roles = messages.map(({ role }: UIMessage) => role);
    expect(roles).toEqual(['user', 'assistant', 'user']);
  });
});
