import {
  allowAnyone,
  createDurableChat,
  type DurableChatEvent,
} from 'ai-durable-transport/server';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from 'vitest';
import { Traveller } from '../support/journey.js';
import { leaveRun } from '../support/leave-run.js';
import { numberAnswer } from '../support/number-answer.js';
import {
  expectSound,
  halfWay,
  only,
  startObserved,
} from '../support/observed-instances.js';
import { chunksOf, postMessage } from '../support/post-message.js';
import { readLog, untilLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { serve } from '../support/serve.js';
import { echo } from '../support/session-app.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('observed');

const hello = () => scriptedModel([{ type: 'text', text: 'Grüße aus Köln' }]);

describe('onEvent', () => {
  it('is told of a run in its order, with what was stored of it', async () => {
    const id = nextChat();
    // So slowly that each word is an append of its own.
    const text = ['Grüße ', 'aus ', 'Köln'];
    const model = scriptedModel([{ type: 'text', text, delayMs: 100 }]);
    await using instances = await startObserved({ streams, model });
    const { one } = instances;
    const before = streams.requests.length;
    const { messages } = await new Traveller(one, { id }).send();
    await one.settled();
    const events = instances.told(one);
    expectSound(events);
    const [started] = only(events, 'run-started');
    const { runId } = started ?? {};
    expect(started).toEqual({
      type: 'run-started',
      chatId: id,
      runId,
      agentId: 'assistant',
      isContinuation: false,
    });
    expect(only(events, 'run-first-chunk')).toHaveLength(1);
    const log = await readLog(streams, id);
    const chunks = log.flatMap((record) =>
      record.type === 'chunk' ? record.value.chunks : [],
    );
    expect(only(events, 'run-ended')).toEqual([
      {
        type: 'run-ended',
        chatId: id,
        runId,
        agentId: 'assistant',
        messageId: messages[1]?.id,
        status: 'done',
        durationMs: expect.any(Number),
        chunks: chunks.length,
        isStored: true,
        isSealed: false,
      },
    ]);
    const stored = only(events, 'append-stored');
    const ofRun = stored.filter((event) => event.runId === runId);
    expect(ofRun[0]).toMatchObject({ stream: 'log', chunks: 0, tries: 1 });
    const appended = log.flatMap((record) =>
      record.type === 'chunk' ? [record.value.chunks.length] : [],
    );
    expect(ofRun.map((event) => event.chunks).filter(Boolean)).toEqual(
      appended,
    );
    expect(appended.length).toBeGreaterThan(1);
    const lengths = streams.requests
      .slice(before)
      .filter(({ url, method }) => url.includes(id) && method !== 'GET')
      .map(({ headers }) => Number(headers['content-length']));
    expect(stored.map(({ bytes }) => bytes)).toEqual(lengths.filter(Boolean));
    expect(stored.at(-1)).toMatchObject({ stream: 'history', chunks: 0 });
  });

  it('is told of the first chunk that says something, not of the start', async () => {
    const id = nextChat();
    const { model, start, middle } = numberAnswer();
    await using instances = await startObserved({ streams, model });
    const { one } = instances;
    const sent = new Traveller(one, { id }).send();
    await model.called();
    await untilLog(streams, id, (log) => log.length > 0);
    expect(only(instances.told(one), 'run-first-chunk')).toEqual([]);
    start.open();
    middle.open();
    await sent;
    const [first] = only(instances.told(one), 'run-first-chunk');
    const [ended] = only(instances.told(one), 'run-ended');
    expect(first?.elapsedMs).toBeLessThanOrEqual(ended?.durationMs ?? -1);
  });

  it('tells a stop here from one elsewhere, which seals', async () => {
    const [here, elsewhere] = [nextChat(), nextChat()];
    const own = await halfWay({ streams }, here);
    await using _ = own.instances;
    await own.instances.one.chat.stop(here);
    await own.end();
    expect(
      only(own.instances.told(own.instances.one), 'run-ended'),
    ).toMatchObject([{ status: 'stopped', isSealed: false, isStored: true }]);
    expect(only(own.instances.told(own.instances.one), 'run-sealed')).toEqual(
      [],
    );
    const others = await halfWay({ streams }, elsewhere);
    await using instances = others.instances;
    const { one, other } = instances;
    await other.chat.stop(elsewhere);
    await vi.waitUntil(
      () => only(instances.told(instances.one), 'run-ended').length > 0,
      20_000,
    );
    await others.end();
    const [ended] = only(instances.told(instances.one), 'run-ended');
    expect(ended).toMatchObject({ status: 'stopped', isSealed: true });
    expect(only(instances.told(other), 'run-sealed')).toEqual([
      {
        type: 'run-sealed',
        chatId: elsewhere,
        runId: ended?.runId,
        reason: 'stop',
      },
    ]);
    expectSound(instances.told(one));
  });

  it('is told once of a writer that is gone, by who has sealed its run', async () => {
    const id = nextChat();
    await using instances = await startObserved({ streams });
    const { one } = instances;
    const runId = await leaveRun(streams, id, 60_000);
    await one.chat.load(id);
    await one.chat.load(id);
    expect(only(instances.told(one), 'run-sealed')).toEqual([
      { type: 'run-sealed', chatId: id, runId, reason: 'lease' },
    ]);
  });

  it.each([
    [60_000, 'lease'],
    [0, 'newer-run'],
  ] as const)(
    'is told that a run, silent for %i ms, was sealed by a newer one: %s',
    async (agoMs, reason) => {
      const id = nextChat();
      await using instances = await startObserved({ streams, model: hello() });
      const { one } = instances;
      const runId = await leaveRun(streams, id, agoMs);
      await chunksOf(await postMessage(one.api, { id }));
      await one.settled();
      expect(only(instances.told(one), 'run-sealed')).toEqual([
        { type: 'run-sealed', chatId: id, runId, reason },
      ]);
    },
  );

  it('names what an answer failed of, and not its words', async () => {
    const id = nextChat();
    class QuotaError extends Error {
      override readonly name = 'QuotaError';
    }
    const error = new QuotaError('ann has asked about her illness too often');
    const model = scriptedModel([{ type: 'error', error, how: 'throw' }]);
    await using instances = await startObserved({ streams, model });
    await new Traveller(instances.one, { id }).send();
    await instances.one.settled();
    expect(only(instances.told(instances.one), 'run-ended')).toMatchObject([
      { status: 'failed', code: 'QuotaError' },
    ]);
    const told = JSON.stringify(instances.told(instances.one));
    expect(told).not.toMatch(/ann|illness/);
  });

  it('calls abandoned what a wrapped handler did not answer with a run', async () => {
    const id = nextChat();
    const events: DurableChatEvent[] = [];
    const chat = createDurableChat({
      streams,
      authorize: allowAnyone(),
      onEvent: (event) => void events.push(event),
    });
    const handle = chat.wrap(() => new Response('later', { status: 429 }));
    const served = await serve(handle);
    onTestFinished(() => served.close());
    const { status } = await postMessage(`${served.url}/api/chat`, { id });
    expect(status).toBe(429);
    await vi.waitUntil(() => events.length > 1, 20_000);
    expect(events).toMatchObject([
      { type: 'run-started', chatId: id },
      { type: 'run-ended', chatId: id, status: 'abandoned', isStored: false },
    ]);
  });

  it('is told of the runs of agents, by whom, and of no live reader', async () => {
    const id = nextChat();
    await using instances = await startObserved({
      streams,
      agents: { helper: echo('helper') },
    });
    const { one } = instances;
    await postMessage(one.api, { id });
    await vi.waitUntil(
      () => only(instances.told(instances.one), 'run-ended').length > 0,
      20_000,
    );
    const events = instances.told(one);
    expectSound(events);
    const agent = { chatId: id, agentId: 'helper' };
    expect(only(events, 'run-started')).toMatchObject([agent]);
    expect(only(instances.told(instances.one), 'run-ended')).toMatchObject([
      { ...agent, status: 'done' },
    ]);
    expect(only(events, 'live-reader-left')).toEqual([]);
  });

  it('is told how the reader of the POST left', async () => {
    const [whole, left] = [nextChat(), nextChat()];
    await using instances = await startObserved({ streams, model: hello() });
    const { one } = instances;
    await new Traveller(one, { id: whole }).send();
    await one.settled();
    expect(only(instances.told(one), 'live-reader-left')).toMatchObject([
      { chatId: whole, reason: 'end' },
    ]);
    const half = await halfWay({ streams }, left);
    await using _ = half.instances;
    half.tab.tab.transport.close();
    await vi.waitUntil(
      () =>
        only(half.instances.told(half.instances.one), 'live-reader-left')[0],
      20_000,
    );
    await half.end();
    const told = half.instances.told(half.instances.one);
    expect(only(told, 'live-reader-left')).toMatchObject([
      { chatId: left, reason: 'gone', lagBytes: expect.any(Number) },
    ]);
    expectSound(told);
  });
});
