import { DefaultChatTransport, type UIMessage } from 'ai';
import { DurableTransport } from 'ai-durable-transport';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyTarget, readPages } from '../../src/log/index.js';
import {
  eventsResponse,
  FRAMES,
  KEPT,
  startEventsApp,
} from '../support/events-app.js';
import { gate } from '../support/gate.js';
import { openFetch, postJson } from '../support/open-fetch.js';
import { readLog, soundRuns, untilLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('events');

/** A POST of a client that knows nothing of us. */
const post = (api: string, body: object): Promise<Response> =>
  postJson(fetch, { api }, { body });

const answering = () => eventsResponse(FRAMES);

describe('a wrapped handler of another protocol', () => {
  it('answers a plain client with the very events of its source', async () => {
    const threadId = nextChat();
    await using app = await startEventsApp({ streams, handler: answering });
    const response = await post(app.api, { threadId, messages: 'as it likes' });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.has('x-vercel-ai-ui-message-stream')).toBe(false);
    expect(await response.text()).toBe(KEPT);
    await app.settled();
    const [run] = await soundRuns(streams, threadId);
    expect(run?.statuses).toEqual(['active', 'done']);
  });

  it('may end its lines as it likes, and say what is no data', async () => {
    const handler = () =>
      eventsResponse([
        '\uFEFFdata: a\r\n\r\n',
        'event: named\rdata:b\r\r',
        'data: c\r',
        '\n\r\n',
        ':comment\r\n\r\nretry: 5\nid: 3\nunknown: x\ndata\ndata:  d\n\n',
        'event: without data\n\n',
        'data: never ended',
      ]);
    const kept =
      'data: a\n\nevent: named\ndata: b\n\ndata: c\n\ndata: \ndata:  d\n\n';
    await using app = await startEventsApp({ streams, handler });
    const plain = await post(app.api, { threadId: nextChat() });
    expect(await plain.text()).toBe(kept);
    const body = { threadId: nextChat() };
    const durable = await postJson(openFetch(app).durable, app, { body });
    expect(await durable.text()).toBe(kept);
    await app.settled();
  });

  it('gets the POST as it was sent, and the run its signal', async () => {
    const threadId = nextChat();
    const waits = gate();
    const requests: Request[] = [];
    const bodies: string[] = [];
    await using app = await startEventsApp({
      streams,
      handler: async (request) => {
        requests.push(request);
        bodies.push(await request.text());
        return eventsResponse([FRAMES[0], waits], request.signal);
      },
    });
    const sent = { threadId, messages: [{ url: '/api/chat/blobs/x' }], n: 1 };
    const response = await post(app.api, sent);
    await untilLog(streams, threadId, (log) =>
      log.some(({ type }) => type === 'chunk'),
    );
    expect(bodies).toEqual([JSON.stringify(sent)]);
    expect(requests[0]?.signal.aborted).toBe(false);
    expect(await app.chat.stop(threadId)).toEqual({ stopped: true });
    expect(requests[0]?.signal.aborted).toBe(true);
    // As if its source had ended early.
    expect(await response.text()).toBe(FRAMES[0]);
    await app.settled();
    const [run] = await soundRuns(streams, threadId);
    expect(run?.statuses).toEqual(['active', 'stopped']);
  });

  it('breaks off for a plain client where its source does', async () => {
    const threadId = nextChat();
    const errors: unknown[] = [];
    await using app = await startEventsApp({
      streams,
      onError: (error) => void errors.push(error),
      handler: () => {
        let at = 0;
        const body = new ReadableStream({
          pull(controller) {
            at += 1;
            if (at > 1) throw new Error('upstream is gone');
            controller.enqueue(new TextEncoder().encode(FRAMES[0]));
          },
        });
        const headers = { 'content-type': 'text/event-stream' };
        return new Response(body, { headers });
      },
    });
    const response = await post(app.api, { threadId });
    await expect(response.text()).rejects.toThrow('terminated');
    expect(errors).toEqual([new Error('upstream is gone')]);
    await app.settled();
    const [run] = await soundRuns(streams, threadId);
    expect(run?.statuses).toEqual(['active', 'failed']);
  });

  it('names the chat by what it says itself', async () => {
    const conversation = nextChat();
    await using app = await startEventsApp({
      streams,
      handler: answering,
      chatId: ({ conversation: named }) => named,
    });
    expect(await (await post(app.api, { conversation })).text()).toBe(KEPT);
    await app.settled();
    expect(await soundRuns(streams, conversation)).toHaveLength(1);
    const nameless = await post(app.api, { threadId: 'another' });
    expect(nameless.status).toBe(400);
    expect(await nameless.json()).toMatchObject({ code: 'invalid-chat-id' });
  });

  it('answers a GET of the base path itself, and nothing below it', async () => {
    await using app = await startEventsApp({
      streams,
      handler: ({ url }) => Response.json({ mine: new URL(url).search }),
    });
    const own = await fetch(`${app.api}?threadId=t`);
    expect(await own.json()).toEqual({ mine: '?threadId=t' });
    expect((await fetch(`${app.api}/t/stream`)).status).toBe(204);
  });
});

describe('a run of another protocol', () => {
  it('is marked in the log, and its chunks are transient data to any reader', async () => {
    const threadId = nextChat();
    await using app = await startEventsApp({ streams, handler: answering });
    await (await post(app.api, { threadId })).text();
    await app.settled();
    const log = await readLog(streams, threadId);
    const runs = log.flatMap(({ type, value }) =>
      type === 'run' ? [value.format] : [],
    );
    expect(runs).toEqual(['events', 'events']);
    const chunks = log.flatMap((record) =>
      record.type === 'chunk' ? record.value.chunks : [],
    );
    expect(chunks[0]).toMatchObject({ type: 'start', messageId: /./ });
    expect(chunks[1]).toEqual({
      type: 'data-event',
      data: '{"type":"RUN_STARTED","runId":"r","threadId":"t"}',
      transient: true,
    });
    expect(chunks).toContainEqual({
      type: 'data-event',
      data: { event: 'ping', data: '{"n": 1.0, "n": 2}' },
      transient: true,
    });
    expect(chunks).toHaveLength(FRAMES.length);
  });

  it('makes no message, and costs the next load no chunk', async () => {
    const threadId = nextChat();
    await using app = await startEventsApp({ streams, handler: answering });
    for (const turn of [1, 2, 3]) {
      await (await post(app.api, { threadId, turn })).text();
      await app.settled();
    }
    const loaded = await app.chat.load(threadId);
    expect(loaded).toMatchObject({ messages: [], activeRunId: null });
    const kept: { type: string; value: { offset?: string } }[] = [];
    for await (const { items } of readPages(historyTarget(streams, threadId))) {
      // CAST: only looked at.
      kept.push(...(items as typeof kept));
    }
    expect(kept.map(({ type }) => type)).toEqual(
      [1, 2, 3].flatMap(() => ['run', 'checkpoint']),
    );
  });

  it('shows nothing to a Chat of the AI SDK, and fails nothing', async () => {
    const threadId = nextChat();
    const middle = gate();
    await using app = await startEventsApp({
      streams,
      handler: () => eventsResponse([...FRAMES, middle, FRAMES[0]]),
    });
    const response = post(app.api, { threadId }).then((sent) => sent.text());
    await untilLog(streams, threadId, (log) =>
      JSON.stringify(log).includes('after'),
    );
    const transport = new DurableTransport({ api: app.api });
    // The AI SDK's own takes no chunk that its schema does not know.
    const strict = new DefaultChatTransport({ api: app.api });
    const asked = { chatId: threadId };
    const read = await Promise.all([
      transport.reconnectToStream(asked),
      strict.reconnectToStream(asked),
    ]);
    middle.open();
    for (const stream of read) {
      const types = new Set<string>();
      for await (const { type } of stream ?? []) types.add(type);
      expect([...types]).toEqual(['start', 'data-event']);
    }
    expect((await transport.load({ chatId: threadId })).messages).toEqual([]);
    await response;
  });

  it('is given to toResponse by a handler that does everything else', async () => {
    const chatId = nextChat();
    const background: Promise<unknown>[] = [];
    const chat = createDurableChat({
      streams,
      authorize: allowAnyone(),
      waitUntil: (promise) => void background.push(promise),
    });
    const response = await chat.toResponse(answering(), {
      chatId,
      format: 'events',
    });
    expect(await response.text()).toBe(KEPT);
    await Promise.all(background);
    expect(await soundRuns(streams, chatId)).toMatchObject([
      { statuses: ['active', 'done'] },
    ]);
    const messages: UIMessage[] = [
      { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    ];
    const inOneChat = await chat.toResponse(
      eventsResponse(['data: {"type":"start","messageId":"a"}\n\n']),
      { chatId, messages },
    );
    expect(await inOneChat.text()).toContain('"messageId":"a"');
  });
});
