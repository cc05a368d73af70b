import {
  scriptedModel,
  startStreams,
  type ModelAction,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';
import { hasText, routed } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('stopped');

/** A flush interval, or a third of the short lease, on a loaded machine. */
const WITHIN_MS = 800;

const words = (count: number, delayMs: number): ModelAction => ({
  type: 'text',
  text: Array.from({ length: count }, (_, index) => `w${index} `),
  delayMs,
});

/** Nothing comes any more, until the call is aborted. */
const silence: ModelAction = { type: 'wait', until: gate().opened };

describe('stop on another instance', () => {
  it.each([
    ['while tokens flow', { rest: words(2_000, 5), leaseMs: 15_000 }],
    ['while the model is silent', { rest: silence, leaseMs: 900 }],
  ] as const)(
    '[A23] ends the model call %s, keeps the partial, and every tab is ready',
    async (_, { rest, leaseMs }) => {
      const id = nextChat();
      const model = scriptedModel([words(3, 0), rest]);
      await using instances = await startInstances({ streams, model, leaseMs });
      const { one, other } = instances;
      const sender = new Traveller(one, { id });
      const sent = sender.send();
      await until(sender.tab, hasText('w2'));
      await untilLogged(streams, id, 'w2');
      const { messages } = sender.tab.chat;
      const init = { messages: messages.slice(0, 1) };
      const follower = new Traveller(other, { id, init });
      const followed = follower.resume();
      await until(follower.tab, hasText('w2'));
      const call = await model.called();
      const { stopped } = await follower.tab.transport.stop({ chatId: id });
      const since = performance.now();
      expect(stopped).toBe(true);
      expect(await call.ended).toBe('aborted');
      expect(performance.now() - since).toBeLessThan(WITHIN_MS);
      await Promise.all([sent, followed]);
      for (const { tab } of [sender, follower]) {
        expect(tab.chat.status).toBe('ready');
        expect(tab.statuses).not.toContain('error');
      }
      const [ending] = sender.journey().finishes;
      expect(ending).toMatchObject({ isAbort: true, isError: false });
      await Promise.all(instances.all.map((instance) => instance.settled()));
      const { messages: loaded } = await one.chat.load(id);
      expect(follower.journey().messages).toEqual(loaded);
      const [run] = await soundRuns(streams, id);
      expect(run?.statuses).toEqual(['active', 'stopped']);
      expect(run?.text).toContain('w2');
    },
  );
});

describe('stop before there is anything to stop', () => {
  it('[A24] before the first token: nothing is generated', async () => {
    const id = nextChat();
    const model = scriptedModel([{ type: 'wait', ms: 60_000 }, words(3, 0)]);
    await using instances = await startInstances({ streams, model });
    const tab = new Traveller(instances.one, { id });
    const sent = tab.send();
    const call = await model.called();
    expect(await tab.tab.transport.stop({ chatId: id })).toEqual({
      stopped: true,
    });
    expect(await call.ended).toBe('aborted');
    const { statuses, errors } = await sent;
    expect(statuses.at(-1)).toBe('ready');
    expect(errors).toEqual([]);
    await instances.one.settled();
    const [run] = await soundRuns(streams, id);
    expect(run).toMatchObject({ statuses: ['active', 'stopped'], text: '' });
  });

  it('[A24] before the headers of the POST: it resolves, and the POST too', async () => {
    const id = nextChat();
    const asked = gate();
    await using instances = await startInstances({
      streams,
      respond: () => {
        asked.open();
        return new Promise<never>(() => undefined);
      },
    });
    const tab = new Traveller(instances.one, { id });
    const sent = tab.send('never mind');
    await asked.opened;
    expect(await tab.tab.transport.stop({ chatId: id })).toEqual({
      stopped: true,
    });
    const { statuses, errors, finishes } = await sent;
    expect(statuses.at(-1)).toBe('ready');
    expect(errors).toEqual([]);
    expect(finishes).toMatchObject([{ isAbort: true }]);
    await instances.one.settled();
    const { messages } = await instances.other.chat.load(id);
    expect(messages).toMatchObject([{ parts: [{ text: 'never mind' }] }]);
    const [run] = await soundRuns(streams, id);
    expect(run?.statuses).toEqual(['active', 'stopped']);
  });

  it('[A24] before the POST arrives, on another instance: the run is stopped at its start', async () => {
    const id = nextChat();
    const model = scriptedModel([{ type: 'wait', ms: 500 }, words(3, 0)]);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const road = gate();
    const onRoad = gate();
    const fetch = routed(async (url, init) => {
      if (url.endsWith('/stop')) return url.replace(one.url, other.url);
      if (init?.method !== 'POST') return url;
      onRoad.open();
      await road.opened;
      return url;
    });
    const tab = new Traveller(one, { id, transport: { fetch } });
    const sent = tab.send('never mind');
    await onRoad.opened;
    const stopped = await tab.tab.transport.stop({ chatId: id });
    expect(stopped).toEqual({ stopped: true });
    road.open();
    const { statuses, errors } = await sent;
    expect(statuses.at(-1)).toBe('ready');
    expect(errors).toEqual([]);
    for (const call of model.calls) expect(await call.ended).toBe('aborted');
    await one.settled();
    const { messages } = await other.chat.load(id);
    expect(messages).toMatchObject([{ parts: [{ text: 'never mind' }] }]);
    const runs = await soundRuns(streams, id);
    expect(runs.map(({ text }) => text)).toEqual(['', '']);
    expect(runs.flatMap(({ statuses }) => statuses)).not.toContain('active');
  });

  it('[A24] before the run is in the log, on another instance: it is stopped when it comes', async () => {
    const id = nextChat();
    const model = scriptedModel([words(3, 0), silence]);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const slow = { kind: 'delay', ms: 400, when: { method: 'PUT' } } as const;
    streams.injectFault(`/${id}/log`, slow);
    const fetch = routed((url) =>
      url.endsWith('/stop') ? url.replace(one.url, other.url) : url,
    );
    const tab = new Traveller(one, { id, transport: { fetch } });
    const sent = tab.send();
    await until(tab.tab, hasText('w2'));
    const stopped = await tab.tab.transport.stop({ chatId: id });
    expect(stopped).toEqual({ stopped: true });
    expect((await sent).statuses.at(-1)).toBe('ready');
    expect(await (await model.called()).ended).toBe('aborted');
    await one.settled();
    const runs = await soundRuns(streams, id);
    expect(runs.flatMap(({ statuses }) => statuses)).toContain('stopped');
  });
});

describe('a stop that comes late', () => {
  it('[A25] leaves a newer run alone', async () => {
    const id = nextChat();
    const goOn = gate();
    const model = scriptedModel([
      words(2, 0),
      { type: 'wait', until: () => goOn.opened },
      { type: 'text', text: 'the end' },
    ]);
    await using instances = await startInstances({ streams, model });
    const tab = new Traveller(instances.one, { id });
    goOn.open();
    await tab.send('first');
    await instances.one.settled();
    const [first] = await soundRuns(streams, id);
    const sent = tab.send('second');
    await until(tab.tab, ({ messages }) => messages.length === 4);
    const { transport } = tab.tab;
    const stale = { chatId: id, runId: first?.id ?? '' };
    expect(await transport.stop(stale)).toEqual({ stopped: false });
    expect(await instances.other.chat.stop(id, stale)).toEqual({
      stopped: false,
    });
    const { finishes } = await sent;
    expect(finishes.at(-1)).toMatchObject({ isAbort: false });
    await instances.one.settled();
    const runs = await soundRuns(streams, id);
    expect(runs.map(({ statuses }) => statuses.at(-1))).toEqual([
      'done',
      'done',
    ]);
  });

  it('[A25] leaves a run alone that began while the stop was on its way to the store', async () => {
    const id = nextChat();
    const [atStore, road] = [gate(), gate()];
    const fetch = routed(async (url, init) => {
      if (init?.method !== 'POST') return url;
      atStore.open();
      await road.opened;
      return url;
    });
    const model = scriptedModel(({ index }) =>
      index === 0 ? [words(2, 0), silence] : [words(4, 0)],
    );
    await using instances = await startInstances((index) => ({
      streams: index === 0 ? streams : { url: streams.url, fetch },
      model,
    }));
    const { one, other } = instances;
    const tab = new Traveller(one, { id });
    void tab.send('first');
    await until(tab.tab, hasText('w1'));
    await untilLogged(streams, id, 'w1');
    const stopping = other.chat.stop(id);
    await atStore.opened;
    const { messages } = await tab.send('second');
    await one.settled();
    road.open();
    expect(await stopping).toEqual({ stopped: false });
    expect(messages.at(-1)).toMatchObject({
      role: 'assistant',
      parts: [{}, { text: 'w0 w1 w2 w3 ' }],
    });
    const runs = await soundRuns(streams, id);
    expect(runs.map(({ statuses }) => statuses.at(-1))).toEqual([
      'stopped',
      'done',
    ]);
  });
});
