import {
  faultyFetch,
  scriptedModel,
  startStreams,
  type FaultScript,
  type ModelAction,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller } from '../support/journey.js';
import { readLog, soundRuns, untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';
import { routed } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('lost');

const attemptOf = (init: RequestInit | undefined): string | null =>
  new Headers(init?.headers).get('durable-attempt');

describe('a POST whose answer was lost', () => {
  const text = 'only one answer';
  const talk: ModelAction[] = [{ type: 'text', text, delayMs: 10 }];
  const POST = { method: 'POST' } as const;
  const faults: Record<string, FaultScript> = {
    'before the server had it': [{ kind: 'network-error', when: POST }],
    'after the server had it': [{ kind: 'lose-response', when: POST }],
    'three times': [{ kind: 'lose-response', when: POST, times: 3 }],
  };

  it.each(Object.entries(faults))(
    '[A33] %s: one run, one user message, one model call',
    async (_, script) => {
      const id = nextChat();
      const model = scriptedModel(talk);
      await using instances = await startInstances({ streams, model });
      const fetch = faultyFetch(script);
      const tab = new Traveller(instances.one, { id, transport: { fetch } });
      const { messages, errors, finishes } = await tab.send();
      expect(errors).toEqual([]);
      expect(finishes).toHaveLength(1);
      expect(messages.map(textOf)).toEqual(['What is it like?', text]);
      await instances.one.settled();
      expect(await soundRuns(streams, id)).toMatchObject([
        { statuses: ['active', 'done'], text },
      ]);
      expect(await messagesIn(id)).toHaveLength(1);
      expect(model.calls).toHaveLength(1);
    },
  );

  it('[A33] and that is sent again to another instance: one run, one user message, one model call', async () => {
    const id = nextChat();
    const model = scriptedModel(talk);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const road = routed(async (url, init) => {
      if (attemptOf(init) !== '2') return url;
      await untilLogged(streams, id, 'only');
      return url.replace(one.url, other.url);
    });
    const fetch = faultyFetch([{ kind: 'lose-response' }], road);
    const tab = new Traveller(one, { id, transport: { fetch } });
    const { messages, errors } = await tab.send();
    expect(errors).toEqual([]);
    expect(messages.map(textOf)).toEqual(['What is it like?', text]);
    await Promise.all(instances.all.map((app) => app.settled()));
    expect(await soundRuns(streams, id)).toHaveLength(1);
    expect(await messagesIn(id)).toHaveLength(1);
    expect(model.calls).toHaveLength(1);
  });

  it('[A33] and that overtakes the first try on another instance: one run, one user message, one answer', async () => {
    const id = nextChat();
    const model = scriptedModel(talk);
    const store = gate();
    const slow = routed(async (url, init) => {
      if (init?.method === 'PUT') await store.opened;
      return url;
    });
    await using instances = await startInstances((index) => ({
      streams: { url: streams.url, ...(index === 0 && { fetch: slow }) },
      model,
    }));
    const { one, other } = instances;
    const road = routed((url, init) =>
      attemptOf(init) === '2' ? url.replace(one.url, other.url) : url,
    );
    const fetch = faultyFetch([{ kind: 'lose-response' }], road);
    const tab = new Traveller(one, { id, transport: { fetch } });
    const { messages, errors } = await tab.send();
    store.open();
    expect(errors).toEqual([]);
    expect(messages.map(textOf)).toEqual(['What is it like?', text]);
    await Promise.all(instances.all.map((app) => app.settled()));
    expect(await soundRuns(streams, id)).toMatchObject([
      { statuses: ['active', 'done'], text },
    ]);
    expect(await messagesIn(id)).toHaveLength(1);
  });

  it('[A33] and that reaches another instance while the first try is registered: it is answered by that', async () => {
    const id = nextChat();
    const model = scriptedModel(talk);
    const second = gate();
    // The second looks before the first is in the log, and writes after it.
    const store = (index: number): typeof globalThis.fetch =>
      routed(async (url, init) => {
        if (init?.method !== 'PUT') return url;
        if (index === 1) second.open();
        await (index === 0 ? second.opened : untilLogged(streams, id, 'only'));
        return url;
      });
    await using instances = await startInstances((index) => ({
      streams: { url: streams.url, fetch: store(index) },
      model,
    }));
    const { one, other } = instances;
    const road = routed((url, init) =>
      attemptOf(init) === '2' ? url.replace(one.url, other.url) : url,
    );
    const fetch = faultyFetch([{ kind: 'lose-response' }], road);
    const tab = new Traveller(one, { id, transport: { fetch } });
    const { messages, errors, finishes } = await tab.send();
    expect(errors).toEqual([]);
    expect(finishes).toMatchObject([{ isAbort: false }]);
    expect(messages.map(textOf)).toEqual(['What is it like?', text]);
    await Promise.all(instances.all.map((app) => app.settled()));
    expect(await soundRuns(streams, id)).toMatchObject([
      { statuses: ['active', 'done'], text },
    ]);
    expect(model.calls).toHaveLength(1);
  });

  async function messagesIn(id: string): Promise<string[]> {
    const records = await readLog(streams, id);
    return records.flatMap(({ type, key }) =>
      type === 'message' ? [key] : [],
    );
  }
});
