import { convertToModelMessages, streamText, type UIMessage } from 'ai';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChatApp, type ChatApp } from '../support/chat-app.js';
import { holdBlob, nextChat } from '../support/hold-blob.js';
import { largeContent, urlOf } from '../support/large-content.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

describe('[A40] a large part of somebody else', () => {
  it('is refused like all else, whether or not it is there', async () => {
    const actions: string[] = [];
    await using held = await holdBlob({
      streams,
      authorize: ({ request, action }) => {
        actions.push(action);
        if (request.headers.get('x-user') === 'owner') return { id: 'owner' };
        throw new Error('no');
      },
    });
    const { app, id, url } = held;
    const none = `${app.url}/api/chat/${id}/blobs/${'0'.repeat(64)}`;
    const answers = await Promise.all(
      [url, none].map(async (place) => {
        const { status, ...answer } = await fetch(place);
        return { status, ...answer, body: await (await fetch(place)).text() };
      }),
    );
    expect(answers[0]?.status).toBe(403);
    expect(answers[1]).toEqual(answers[0]);
    expect(actions).toContain('read');
    const owners = await fetch(url, { headers: { 'x-user': 'owner' } });
    expect(owners.status).toBe(200);
  });

  it('is not found by way of a chat of one’s own, nor given to its model', async () => {
    await using held = await holdBlob({ streams });
    const { app, content, url } = held;
    const own = nextChat();
    const there = await fetch(app.url + urlOf(own, content));
    expect(there.status).toBe(404);
    const asked: UIMessage[][] = [];
    await using mine = await recordingApp(asked);
    const parts = [url, urlOf(held.id, content), 'http://127.0.0.1:1/x'].map(
      (place) => ({ type: 'file', mediaType: 'image/png', url: place }),
    );
    const messages = [{ id: 'q', role: 'user', parts }];
    await post(mine.app, { id: own, messages });
    expect(asked).toEqual([messages]);
  });

  it('is told to be gone where there is none of that name', async () => {
    const asked: UIMessage[][] = [];
    await using mine = await recordingApp(asked);
    const id = nextChat();
    const none = urlOf(id, { ...largeContent(1), sha256: 'a'.repeat(64) });
    const file = { type: 'file', mediaType: 'image/png', url: none };
    const messages = [{ id: 'q', role: 'user', parts: [file] }];
    await post(mine.app, { id, messages });
    expect(asked[0]?.[0]?.parts).toEqual([
      {
        type: 'text',
        text: '[A file (image/png) is not available any more.]',
      },
    ]);
  });
});

/** An app that keeps what `respond` was given. */
async function recordingApp(
  asked: UIMessage[][],
): Promise<AsyncDisposable & { readonly app: ChatApp }> {
  const app = await startChatApp({
    streams,
    onError: () => undefined,
    respond: ({ messages }) => {
      asked.push(messages);
      return new ReadableStream({ start: (to) => to.close() });
    },
  });
  return { app, [Symbol.asyncDispose]: () => app.close() };
}

async function post({ api }: ChatApp, body: unknown): Promise<void> {
  const response = await fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.text();
}

describe('[A39] a handler that reads the messages itself', () => {
  it('gets the data of large parts: one that is wrapped, and one that asks', async () => {
    await using held = await holdBlob({ streams });
    const { app, id, content } = held;
    const { messages } = await app.chat.load(id);
    const inlined = await app.chat.inlineBlobs(id, messages);
    expect(JSON.stringify(inlined)).toContain(content.base64);
    const model = scriptedModel([{ type: 'text', text: 'Yes.' }]);
    const chat = createDurableChat({ streams, authorize: allowAnyone() });
    const wrapped = chat.wrap(async (request) => {
      // CAST: what the test posts.
      const posted = (await request.json()) as { messages: UIMessage[] };
      const prompt = await convertToModelMessages(posted.messages);
      return streamText({
        model,
        messages: prompt,
      }).toUIMessageStreamResponse();
    });
    const question = {
      id: 'q2',
      role: 'user',
      parts: [{ type: 'text', text: 'Well?' }],
    };
    const body = JSON.stringify({ id, messages: [...messages, question] });
    const response = await wrapped(
      new Request(app.api, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }),
    );
    await response.text();
    expect(JSON.stringify(model.calls[0]?.prompt)).toContain(content.base64);
  });
});
