import {
  scriptedModel,
  startStreams,
  type FaultScript,
  type ModelAction,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { textOf, until } from '../support/chat-client.js';
import { Traveller, type Journey } from '../support/journey.js';
import { readLog, soundRuns, untilLogged } from '../support/read-log.js';
import { startInstances, type Instance } from '../support/start-instances.js';
import { hasText } from '../support/tabs.js';

const id = 'chat-1';

const counting = (count: number, delayMs: number): ModelAction => ({
  type: 'text',
  text: Array.from({ length: count }, (_, index) => `${index} `),
  delayMs,
});

const appends = { method: 'POST', url: `/${id}/log` };

const faults: Record<string, FaultScript> = {
  'answers 500': [
    { kind: 'pass', when: appends, times: 2 },
    { kind: 'status', status: 500, when: appends, times: 4 },
  ],
  'answers 429': [
    { kind: 'pass', when: appends, times: 2 },
    {
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1' },
      when: appends,
      times: 2,
    },
  ],
  'drops requests': [
    { kind: 'pass', when: appends, times: 2 },
    { kind: 'network-error', when: appends, times: 4 },
  ],
  'drops answers': [
    { kind: 'lose-response', when: { method: 'PUT' } },
    { kind: 'lose-response', when: appends, times: 3 },
    { kind: 'pass', when: appends, times: 2 },
    { kind: 'lose-response', when: appends, times: 3 },
  ],
};

// A streams server with files tells of its recovery on the console.
beforeAll(() => void vi.spyOn(console, 'info').mockReturnValue());

/** The answer is whole, and so is what is found of it later, elsewhere. */
async function expectNothingLost(
  streams: TestStreams,
  { one, other }: { one: Instance; other: Instance },
  { messages, errors, statuses }: Journey,
): Promise<void> {
  expect(errors).toEqual([]);
  expect(statuses).toEqual(['ready', 'submitted', 'streaming', 'ready']);
  await one.settled();
  expect(one.errors).toEqual([]);
  const runs = await soundRuns(streams, id);
  expect(runs).toMatchObject([{ statuses: ['active', 'done'] }]);
  expect(runs[0]?.text).toBe(textOf(messages.at(-1)));
  expect((await other.chat.load(id)).messages).toEqual(messages);
}

describe.concurrent('a streams server', () => {
  it.each(Object.entries(faults))(
    '[A36] that %s: nothing is lost, the live answer goes on',
    async (_, script) => {
      await using streams = await startStreams();
      streams.script = script;
      const model = scriptedModel([counting(30, 25)]);
      await using instances = await startInstances({ streams, model });
      const tab = new Traveller(instances.one);
      const journey = await tab.send();
      expect(textOf(journey.messages.at(-1))).toMatch(/^0 1 .* 28 29 $/);
      await expectNothingLost(streams, instances, journey);
    },
  );

  it('[A36] that is down for 10 s: the answer goes on, a run is not taken for dead by its own instance, nothing is lost', async () => {
    await using streams = await startStreams();
    const model = scriptedModel([counting(240, 50)]);
    await using instances = await startInstances({
      streams,
      model,
      // With the allowance for clocks, over long before the outage is.
      leaseMs: 1_000,
    });
    const { one } = instances;
    const tab = new Traveller(one);
    const sent = tab.send();
    await untilLogged(streams, id, '5 ');
    const page = new Traveller(one);
    page.tab.chat.messages = tab.tab.chat.messages.slice(0, 1);
    const followed = page.resume();
    await until(page.tab, hasText('5 '));
    await streams.down();
    const up = sleep(10_000).then(() => streams.up());
    await until(tab.tab, hasText('100 '));
    expect(textOf(page.tab.chat.messages[1])).not.toContain('100 ');
    await up;
    const journey = await sent;
    await expectNothingLost(streams, instances, journey);
    expect((await followed).messages).toEqual(journey.messages);
  });

  it('[A36] that is down when the answer ends: the end is stored when it is back', async () => {
    await using streams = await startStreams();
    const model = scriptedModel([counting(20, 25)]);
    await using instances = await startInstances({ streams, model });
    const tab = new Traveller(instances.one);
    const sent = tab.send();
    await untilLogged(streams, id, '3 ');
    await streams.down();
    const journey = await sent;
    expect(textOf(journey.messages.at(-1))).toMatch(/^0 1 .* 18 19 $/);
    await streams.up();
    await expectNothingLost(streams, instances, journey);
  });

  it('[A36] that is restarted, with files: nothing is lost', async () => {
    await using streams = await startStreams({ fileBacked: true });
    const model = scriptedModel([counting(60, 25)]);
    await using instances = await startInstances({ streams, model });
    const tab = new Traveller(instances.one);
    const sent = tab.send();
    await untilLogged(streams, id, '3 ');
    await streams.restart();
    const journey = await sent;
    expect(textOf(journey.messages.at(-1))).toMatch(/^0 1 .* 58 59 $/);
    await expectNothingLost(streams, instances, journey);
  });

  it('[A37] that is down, with durability required: 503, the model is not called, and later it is', async () => {
    await using streams = await startStreams();
    await streams.down();
    const model = scriptedModel([{ type: 'text', text: 'welcome' }]);
    await using instances = await startInstances({
      streams,
      model,
      durability: 'required',
    });
    const { one } = instances;
    const response = await post(one.api);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ code: 'store-unavailable' });
    await one.settled();
    expect(one.errors).toMatchObject([{ chatId: id, source: 'store' }]);
    expect(model.calls).toEqual([]);
    await streams.up();
    const tab = new Traveller(one);
    const { messages } = await tab.send();
    expect(messages.map(textOf)).toEqual(['What is it like?', 'welcome']);
    await one.settled();
    expect(await soundRuns(streams, id)).toHaveLength(1);
  });

  it('[A37] that is down while more comes than can wait for it: that is reported once, and no half of it is begun', async () => {
    await using streams = await startStreams();
    await streams.down();
    const text = Array.from({ length: 10 }, () => 'x'.repeat(1_000_000));
    const model = scriptedModel(({ index }) =>
      // Its reader has to keep up: the log has nothing to give it.
      index === 0 ? [{ type: 'text', text, delayMs: 50 }] : [counting(3, 0)],
    );
    await using instances = await startInstances({ streams, model });
    const { one } = instances;
    const { messages } = await new Traveller(one).send();
    expect(textOf(messages[1])).toHaveLength(10_000_000);
    await one.settled();
    expect(one.errors).toMatchObject([
      { chatId: id, source: 'store', error: { message: /8 MB/ } },
    ]);
    await streams.up();
    await new Traveller(one).send();
    await one.settled();
    expect(await soundRuns(streams, id)).toMatchObject([
      { statuses: ['active', 'done'], text: '0 1 2 ' },
    ]);
  });

  it('calls the model only when the run is in the log, with durability required', async () => {
    await using streams = await startStreams();
    const logged: number[] = [];
    const model = scriptedModel(async () => {
      const records = await readLog(streams, id);
      const runs = records.filter(({ type }) => type === 'run');
      logged.push(new Set(runs.map(({ key }) => key)).size);
      return [{ type: 'text', text: 'welcome' }];
    });
    await using instances = await startInstances({
      streams,
      model,
      durability: 'required',
    });
    const tab = new Traveller(instances.one);
    await tab.send();
    await tab.send();
    expect(logged).toEqual([1, 2]);
  });
});

function post(api: string): Promise<Response> {
  const parts = [{ type: 'text', text: 'Hi' }];
  return fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, messages: [{ id: 'm', role: 'user', parts }] }),
  });
}

describe('a streams server that stays away', () => {
  afterEach(() => void vi.useRealTimers());

  it('[A37] answers are live, what is lost is reported once, and the next message brings it back', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await using streams = await startStreams();
    await streams.down();
    const model = scriptedModel([counting(20, 5)]);
    await using instances = await startInstances({ streams, model });
    const { one, other } = instances;
    const tab = new Traveller(one);
    const { messages, errors, statuses } = await tab.send();
    expect(textOf(messages[1])).toMatch(/^0 1 .* 18 19 $/);
    expect(statuses).toEqual(['ready', 'submitted', 'streaming', 'ready']);
    expect(errors).toEqual([]);
    expect(one.errors).toEqual([]);
    await vi.advanceTimersByTimeAsync(31_000);
    await one.settled();
    expect(one.errors).toMatchObject([
      { chatId: id, runId: /./, source: 'store' },
    ]);
    await streams.up();
    expect((await other.chat.load(id)).messages).toEqual([]);
    const later = await tab.send('and now?');
    await one.settled();
    expect((await other.chat.load(id)).messages).toEqual(later.messages);
    expect(one.errors).toHaveLength(1);
  });
});
