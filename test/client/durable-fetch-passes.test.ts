import { durableFetch } from 'ai-durable-transport';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { DefaultChatTransport, type UIMessageChunk } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChatApp } from '../support/chat-app.js';
import {
  eventsResponse,
  HALF,
  KEPT,
  keptOf,
  REST,
  startEventsApp,
} from '../support/events-app.js';
import { gate } from '../support/gate.js';
import { openFetch, postJson as post } from '../support/open-fetch.js';
import { readBody } from '../support/read-body.js';
import { soundRuns } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('passed');

describe('what is no answer of a run', () => {
  it('comes as it is', async () => {
    const handler = async (request: Request): Promise<Response> =>
      request.method === 'GET'
        ? Response.json({ mine: true })
        : Response.json(await request.json(), { status: 402 });
    await using app = await startEventsApp({ streams, handler });
    const { durable, calls } = openFetch(app);
    const body = { threadId: nextChat(), big: 'x'.repeat(300_000) };
    const refused = await post(durable, app, { body });
    expect(refused.status).toBe(402);
    expect(await refused.json()).toEqual(body);
    const problem = await post(durable, app, {
      body: { threadId: 'x'.repeat(201) },
    });
    expect(await problem.json()).toMatchObject({ code: 'invalid-chat-id' });
    const own = await durable(new URL(`${app.api}?threadId=t`));
    expect(await own.json()).toEqual({ mine: true });
    expect((await durable(`${app.api}/t/nonsense`)).status).toBe(404);
    const elsewhere = await durable(`${app.url}/other`, { method: 'POST' });
    expect(elsewhere.status).toBe(404);
    expect(calls.every(({ fault }) => fault.kind === 'pass')).toBe(true);
    await expect(post(durable, app, { body: {} })).rejects.toMatchObject({
      code: 'invalid-chat-id',
    });
  });

  it('is asked for with a Request as with a URL, and with new headers each time', async () => {
    const threadId = nextChat();
    const middle = gate();
    await using app = await startEventsApp({
      streams,
      handler: () => eventsResponse([...HALF, middle, ...REST]),
    });
    const tokens = sequence('token');
    const { durable, calls } = openFetch(
      app,
      [{ kind: 'cut', afterFrames: 3 }],
      { headers: () => ({ authorization: tokens() }) },
    );
    const request = new Request(app.api, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-own': 'mine' },
      body: JSON.stringify({ threadId }),
    });
    const read = readBody(await durable(request));
    middle.open();
    expect(await read.ended).toBeUndefined();
    expect(read.text()).toBe(KEPT);
    expect(calls).toMatchObject([
      { headers: { 'x-own': 'mine', authorization: 'token-1' } },
      { headers: { 'x-own': 'mine', authorization: 'token-2' } },
    ]);
  });
});

describe('an answer that has not begun', () => {
  it('is stopped by who asked for it, on whichever instance', async () => {
    const threadId = nextChat();
    const [called, answers] = [gate(), gate()];
    const handler = async (): Promise<Response> => {
      called.open();
      await answers.opened;
      return eventsResponse([...HALF, gate()]);
    };
    await using one = await startEventsApp({ streams, handler });
    await using other = await startEventsApp({ streams, handler });
    const durable = durableFetch({
      api: one.api,
      chatId: threadId,
      fetch: (input, init) => {
        const url = input instanceof Request ? input.url : input.toString();
        const isStop = url.endsWith('/stop');
        return fetch(isStop ? url.replace(one.url, other.url) : url, init);
      },
    });
    const sent = post(durable, one, { body: { threadId } });
    await called.opened;
    const stopped = durable.stop();
    answers.open();
    await stopped;
    // As far as it came before it was known to be stopped.
    const read = readBody(await sent);
    expect(await read.ended).toBeUndefined();
    expect(keptOf(HALF)).toContain(read.text());
    await one.settled();
    const [run] = await soundRuns(streams, threadId);
    expect(run?.statuses.at(-1)).toBe('stopped');
  });
});

describe('the transport of the AI SDK under durableFetch', () => {
  it('gets one answer over a drop, and the abort of one that was stopped', async () => {
    const id = nextChat();
    const middle = gate();
    const chunks: UIMessageChunk[] = [
      { type: 'start', messageId: 'a' },
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'one' },
    ];
    const app = await startChatApp({
      streams,
      respond: () =>
        new ReadableStream<UIMessageChunk>({
          async start(controller) {
            for (const chunk of chunks) controller.enqueue(chunk);
            await middle.opened;
            controller.enqueue({ type: 'text-delta', id: 't', delta: 'two' });
          },
        }),
    });
    const { durable } = openFetch(app, [{ kind: 'cut', afterFrames: 2 }], {
      chatId: id,
    });
    const transport = new DefaultChatTransport({
      api: app.api,
      fetch: durable,
    });
    const stream = await transport.sendMessages({
      trigger: 'submit-message',
      chatId: id,
      messageId: undefined,
      messages: [
        { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
      ],
      abortSignal: undefined,
    });
    const got: UIMessageChunk[] = [];
    for await (const chunk of stream) {
      got.push(chunk);
      if (got.length === chunks.length) middle.open();
      if (got.length === chunks.length + 1) void durable.stop();
    }
    expect(got).toEqual([
      ...chunks,
      { type: 'text-delta', id: 't', delta: 'two' },
      { type: 'abort' },
    ]);
    await app.close();
  });
});
