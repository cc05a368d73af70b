import { durableFetch } from 'ai-durable-transport';
import {
  faultyFetch,
  startStreams,
  type FaultScript,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventsResponse,
  FRAMES,
  KEPT,
  startEventsApp,
  type EventsApp,
} from '../support/events-app.js';
import { gate } from '../support/gate.js';
import { EAGER } from '../support/journey.js';
import { openFetch, postJson as post } from '../support/open-fetch.js';
import { readBody } from '../support/read-body.js';
import { soundRuns } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
let app: EventsApp;
beforeAll(async () => {
  streams = await startStreams();
  const handler = () => eventsResponse(FRAMES);
  app = await startEventsApp({ streams, handler });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await streams.stop();
});
const nextChat = sequence('asked');

/** What each request was sent with, on a road that breaks as the script says. */
function openSeen(chatId: string, script: FaultScript) {
  const seen: RequestInit[] = [];
  const road = faultyFetch(script);
  const fetch: typeof globalThis.fetch = (input, init = {}) => {
    seen.push(init);
    return road(input, init);
  };
  const options = { api: app.api, chatId, fetch, reconnect: EAGER };
  return { durable: durableFetch(options), seen };
}

describe('an answer that is read on after a drop', () => {
  const given = { credentials: 'include', referrerPolicy: 'origin' } as const;

  it('is asked for with all that the POST was sent with', async () => {
    const threadId = nextChat();
    const { durable, seen } = openSeen(threadId, [
      { kind: 'cut', afterFrames: 3 },
      { kind: 'cut', afterFrames: 2 },
    ]);
    const response = await post(durable, app, { body: { threadId }, ...given });
    expect(await response.text()).toBe(KEPT);
    expect(seen.map(({ method = 'GET' }) => method)).toEqual([
      'POST',
      'GET',
      'GET',
    ]);
    for (const init of seen) expect(init).toMatchObject(given);
    const { durable: again, seen: asked } = openSeen(threadId, [
      { kind: 'cut', afterBytes: 100 },
    ]);
    const [run] = await soundRuns(streams, threadId);
    const url = `${app.api}?runId=${run?.id}`;
    expect(await (await again(url, given)).text()).toBe(KEPT);
    expect(asked.length).toBeGreaterThan(1);
    for (const init of asked) expect(init).toMatchObject(given);
  });

  it('is asked for with the credentials of a Request', async () => {
    const threadId = nextChat();
    const { durable, seen } = openSeen(threadId, [
      { kind: 'cut', afterFrames: 3 },
    ]);
    const request = new Request(app.api, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ threadId }),
    });
    const response = await durable(request);
    expect(await response.text()).toBe(KEPT);
    expect(seen.map(({ credentials }) => credentials)).toEqual([
      'omit',
      'omit',
    ]);
  });
});

describe('a POST under durableFetch', () => {
  it('ends by the reason of who leaves before it is answered, which goes on', async () => {
    const threadId = nextChat();
    const [called, answers] = [gate(), gate()];
    await using slow = await startEventsApp({
      streams,
      handler: async () => {
        called.open();
        await answers.opened;
        return eventsResponse(FRAMES);
      },
    });
    const { durable } = openFetch(slow, [], { chatId: threadId });
    const leave = new AbortController();
    const request = new Request(slow.api, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ threadId }),
      signal: leave.signal,
    });
    const sent = durable(request);
    await called.opened;
    const reason = new Error('gone to lunch');
    leave.abort(reason);
    await expect(sent).rejects.toBe(reason);
    expect(durable.connection.getSnapshot()).toBe('idle');
    answers.open();
    await slow.settled();
    const [run] = await soundRuns(streams, threadId);
    expect(run?.statuses).toEqual(['active', 'done']);
    const again = await durable.resume({ run: run?.id });
    expect(await again.text()).toBe(KEPT);
  });

  it('lets go of its connection where its body is cancelled', async () => {
    const threadId = nextChat();
    await using slow = await startEventsApp({
      streams,
      handler: ({ signal }) => eventsResponse([FRAMES[0], gate()], signal),
    });
    const { durable } = openFetch(slow, [], { chatId: threadId });
    const response = await post(durable, slow, { body: { threadId } });
    const reader = response.body?.getReader();
    await reader?.read();
    expect(durable.connection.getSnapshot()).toBe('connected');
    await reader?.cancel();
    expect(durable.connection.getSnapshot()).toBe('idle');
    expect(await durable.stop()).toEqual({ stopped: true });
  });

  it('is forgotten once it has failed: what is stopped then is another', async () => {
    const threadId = nextChat();
    const broken = new ReadableStream({
      pull: () => Promise.reject(new Error('upstream is gone')),
    });
    const headers = { 'content-type': 'text/event-stream' };
    const answers = [
      () => new Response(broken, { headers }),
      ({ signal }: Request) => eventsResponse([FRAMES[0], gate()], signal),
    ];
    await using failing = await startEventsApp({
      streams,
      onError: () => undefined,
      handler: (request) => answers.shift()?.(request) ?? Response.error(),
    });
    const { durable } = openFetch(failing, [], { chatId: threadId });
    const body = { threadId };
    const failed = readBody(await post(durable, failing, { body }));
    expect(await failed.ended).toMatchObject({ code: 'run-failed' });
    const other = await post(openFetch(failing).durable, failing, { body });
    expect(await durable.stop()).toEqual({ stopped: true });
    expect(FRAMES[0].startsWith(await other.text())).toBe(true);
  });

  it('is of the chat that its server takes it for', async () => {
    const id = nextChat();
    const { durable } = openFetch(app);
    const response = await post(durable, app, { body: { threadId: null, id } });
    expect(await response.text()).toBe(KEPT);
    await app.settled();
    expect(await soundRuns(streams, id)).toHaveLength(1);
  });

  it('is sent again where a proxy says 503, and not where the server does', async () => {
    const body = { threadId: nextChat() };
    const { durable, calls } = openFetch(app, [
      { kind: 'status', status: 503, body: '{"message":"no upstream"}' },
    ]);
    expect(await (await post(durable, app, { body })).text()).toBe(KEPT);
    expect(calls).toHaveLength(2);
    const problem = {
      type: 'urn:ai-durable-transport:error:store-unavailable',
      code: 'store-unavailable',
    };
    const { durable: refused, calls: asked } = openFetch(app, [
      { kind: 'status', status: 503, body: JSON.stringify(problem) },
    ]);
    const response = await post(refused, app, { body });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual(problem);
    expect(asked).toHaveLength(1);
  });
});
