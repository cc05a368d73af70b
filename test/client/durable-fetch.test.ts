import { durableFetch } from 'ai-durable-transport';
import {
  cuttingProxy,
  startStreams,
  type FaultScript,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  eventsResponse,
  FRAMES,
  HALF,
  KEPT,
  keptOf,
  REST,
  startEventsApp,
} from '../support/events-app.js';
import { dyingFetch } from '../support/dying-fetch.js';
import { gate } from '../support/gate.js';
import { inBatches } from '../support/in-batches.js';
import { EAGER } from '../support/journey.js';
import { openFetch, postJson as post } from '../support/open-fetch.js';
import { readBody } from '../support/read-body.js';
import { soundRuns, untilLog } from '../support/read-log.js';
import { seededRandom } from '../support/seeded-random.js';
import { sequence } from '../support/sequence.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('fetched');

/** Resolves when the chat's log holds this of an event. */
const untilEvent = (threadId: string, text: string): Promise<void> =>
  untilLog(streams, threadId, (log) => JSON.stringify(log).includes(text));

describe('an answer under durableFetch', () => {
  it('is what its source has sent, cut at whatever byte', async () => {
    const threadId = sequence('cut');
    await using app = await startEventsApp({
      streams,
      handler: () => eventsResponse(FRAMES),
    });
    const whole = await fetch(app.api, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'durable-attempt': '1' },
      body: JSON.stringify({ threadId: threadId() }),
    });
    const { byteLength } = await whole.arrayBuffer();
    const random = seededRandom('cut');
    const places = Array.from({ length: 40 }, () =>
      Math.floor(random() * byteLength),
    );
    await inBatches(places.length, 20, async (at) => {
      const afterBytes = places[at] ?? 0;
      const later = (afterBytes * 7) % 400;
      // The POST breaks off, and then what it is resumed by.
      const script: FaultScript =
        at % 2 === 0
          ? [
              { kind: 'cut', afterBytes },
              { kind: 'end', afterBytes: later },
            ]
          : [
              { kind: 'end', afterBytes },
              { kind: 'cut', afterBytes: later },
            ];
      const { durable } = openFetch(app, script);
      const body = { threadId: threadId() };
      const response = await post(durable, app, { body });
      const read = readBody(response);
      expect(await read.ended).toBeUndefined();
      expect(read.text()).toBe(KEPT);
    });
    await app.settled();
  });

  it('goes on after a reset, a clean end and a silence of real sockets', async () => {
    const threadId = nextChat();
    const [one, two, three] = [gate(), gate(), gate()];
    await using app = await startEventsApp({
      streams,
      heartbeatMs: 50,
      handler: () =>
        eventsResponse([
          ...HALF,
          one,
          'data: 1\n\n',
          two,
          'data: 2\n\n',
          three,
          ...REST,
        ]),
    });
    await using proxy = await cuttingProxy({ target: app.url });
    const api = `${proxy.url}/api/chat`;
    const reconnect = { ...EAGER, stallTimeoutMs: 400 };
    const durable = durableFetch({ api, reconnect });
    const read = readBody(await post(durable, { api }, { body: { threadId } }));
    const until = (text: string): Promise<unknown> =>
      vi.waitUntil(() => read.text().endsWith(text), { timeout: 20_000 });
    await until(keptOf(HALF));
    proxy.breakAll('cut');
    one.open();
    await until('data: 1\n\n');
    proxy.breakAll('end');
    two.open();
    await until('data: 2\n\n');
    proxy.breakAll('stall');
    three.open();
    expect(await read.ended).toBeUndefined();
    const numbers = ['data: 1\n\n', 'data: 2\n\n'];
    expect(read.text()).toBe(keptOf([...HALF, ...numbers, ...REST]));
    expect(proxy.requests.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['POST', 'GET', 'GET', 'GET']),
    );
    expect(durable.connection.getSnapshot()).toBe('idle');
  });

  it('is answered once for a POST that is sent again, under the key of the request', async () => {
    const threadId = nextChat();
    let answers = 0;
    await using app = await startEventsApp({
      streams,
      handler: () => {
        answers += 1;
        return eventsResponse(FRAMES);
      },
    });
    const { durable, calls } = openFetch(app, [
      { kind: 'status', status: 502, body: 'bad gateway' },
      { kind: 'lose-response' },
    ]);
    const headers = { 'content-type': 'application/json', 'x-run-id': 'run-1' };
    const body = { threadId };
    const response = await post(durable, app, { body, headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.has('x-vercel-ai-ui-message-stream')).toBe(false);
    expect(await response.text()).toBe(KEPT);
    expect(answers).toBe(1);
    expect(calls.map(({ headers: sent }) => sent['idempotency-key'])).toEqual([
      'run-1',
      'run-1',
      'run-1',
    ]);
    await app.settled();
    expect(await soundRuns(streams, threadId)).toHaveLength(1);
  });

  it('is reopened by its route, by its key, and when it has ended', async () => {
    const threadId = nextChat();
    const middle = gate();
    await using app = await startEventsApp({
      streams,
      handler: () => eventsResponse([...HALF, middle, ...REST]),
    });
    const sender = openFetch(app).durable;
    const headers = { 'content-type': 'application/json', 'x-run-id': 'run-2' };
    const sent = readBody(
      await post(sender, app, { body: { threadId }, headers }),
    );
    await untilEvent(threadId, 'lines');
    // A page that was reloaded; its road breaks in the middle, too.
    const script: FaultScript = [{ kind: 'cut', afterBytes: 700 }];
    const { durable, calls } = openFetch(app, script, { chatId: threadId });
    const reopened = [
      await durable.resume(),
      await durable(`${app.api}/${threadId}/stream`),
      await durable(`${app.api}?offset=-1&runId=run-2`),
    ].map(readBody);
    middle.open();
    await sent.ended;
    for (const { ended, text } of reopened) {
      expect(await ended).toBeUndefined();
      expect(text()).toBe(KEPT);
    }
    expect(calls.length).toBeGreaterThan(3);
    await app.settled();
    expect((await durable.resume()).status).toBe(204);
    const again = await durable.resume({ run: 'run-2' });
    expect(await again.text()).toBe(KEPT);
    const unknown = { run: 'run-3', chatId: nextChat() };
    expect((await durable.resume(unknown)).status).toBe(204);
  });

  it('ends early on every device where one stops it, and once in the log', async () => {
    const threadId = nextChat();
    const signals: AbortSignal[] = [];
    await using app = await startEventsApp({
      streams,
      handler: ({ signal }) => {
        signals.push(signal);
        return eventsResponse([...HALF, gate()], signal);
      },
    });
    const sender = readBody(
      await post(openFetch(app).durable, app, { body: { threadId } }),
    );
    await untilEvent(threadId, 'lines');
    const { durable } = openFetch(app, [], { chatId: threadId });
    const other = readBody(await durable.resume());
    expect(await durable.stop()).toEqual({ stopped: true });
    for (const { ended, text } of [sender, other]) {
      expect(await ended).toBeUndefined();
      expect(text()).toBe(keptOf(HALF));
    }
    expect(signals[0]?.aborted).toBe(true);
    expect(await durable.stop()).toEqual({ stopped: false });
    await app.settled();
    expect(await soundRuns(streams, threadId)).toMatchObject([
      { statuses: ['active', 'stopped'] },
    ]);
  });

  it('breaks off as run-failed where its server died, for who is there and who comes', async () => {
    const threadId = nextChat();
    const store = dyingFetch();
    const handler = () => eventsResponse([...HALF, gate()]);
    const leaseMs = 600;
    await using dead = await startEventsApp({
      streams: { url: streams.url, fetch: store.fetch },
      handler,
      leaseMs,
    });
    await using alive = await startEventsApp({ streams, handler, leaseMs });
    await using proxy = await cuttingProxy({ target: dead.url });
    const api = `${proxy.url}/api/chat`;
    const durable = durableFetch({ api, chatId: threadId, reconnect: EAGER });
    const headers = { 'content-type': 'application/json', 'x-run-id': 'run-4' };
    const read = readBody(
      await post(durable, { api }, { body: { threadId }, headers }),
    );
    await untilEvent(threadId, 'lines');
    await store.dieAt({ how: 'before', isIt: () => true });
    proxy.target = alive.url;
    proxy.breakAll('cut');
    const failed = { name: 'DurableChatError', code: 'run-failed' };
    expect(await read.ended).toMatchObject(failed);
    expect(read.text()).toBe(keptOf(HALF));
    const late = readBody(await durable.resume({ run: 'run-4' }));
    expect(await late.ended).toMatchObject(failed);
    expect(late.text()).toBe(keptOf(HALF));
    expect(await soundRuns(streams, threadId)).toMatchObject([
      { statuses: ['active', 'interrupted'] },
    ]);
  });

  it('goes on where its caller has aborted, whose body ends by the reason', async () => {
    const threadId = nextChat();
    const middle = gate();
    await using app = await startEventsApp({
      streams,
      handler: () => eventsResponse([...HALF, middle, ...REST]),
    });
    const leave = new AbortController();
    const { durable } = openFetch(app, [], { chatId: threadId });
    const body = { threadId };
    const { signal } = leave;
    const read = readBody(await post(durable, app, { body, signal }));
    await untilEvent(threadId, 'lines');
    const reason = new Error('gone to lunch');
    leave.abort(reason);
    expect(await read.ended).toBe(reason);
    await expect(post(durable, app, { body, signal })).rejects.toBe(reason);
    const back = readBody(await durable.resume());
    middle.open();
    expect(await back.ended).toBeUndefined();
    expect(back.text()).toBe(KEPT);
  });

  it('gives up as unreachable', async () => {
    const threadId = nextChat();
    await using app = await startEventsApp({
      streams,
      handler: () => eventsResponse([...HALF, gate()]),
    });
    const reconnect = { ...EAGER, giveUpAfterMs: 50 };
    const { durable } = openFetch(
      app,
      [
        { kind: 'cut', afterFrames: 2 },
        { kind: 'network-error', times: Infinity },
      ],
      { reconnect },
    );
    const read = readBody(await post(durable, app, { body: { threadId } }));
    expect(await read.ended).toMatchObject({ code: 'unreachable' });
    await app.chat.stop(threadId);
  });
});
