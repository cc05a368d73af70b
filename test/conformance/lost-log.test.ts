import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf, until } from '../support/chat-client.js';
import { gate } from '../support/gate.js';
import { Traveller, type Journey } from '../support/journey.js';
import { untilLogged } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';
import { hasText } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('lost-log');

/** With the allowance for clocks, for how long nobody misses a silent run. */
const LEASE_MS = 600;

/** A chat with a finished turn, and an answer in the middle of the second. */
async function inMidAnswer() {
  const middle = gate();
  const model = scriptedModel(({ index }) =>
    index === 1
      ? [
          { type: 'text', text: 'half an answer, ' },
          { type: 'wait', until: middle.opened },
          { type: 'text', text: 'and the rest' },
        ]
      : [{ type: 'text', text: `answer ${index}` }],
  );
  const options = { streams, model, leaseMs: LEASE_MS };
  const instances = await startInstances(options);
  const { one, other } = instances;
  const id = nextChat();
  const sender = new Traveller(one, { id });
  await sender.send('first');
  await one.settled();
  const { messages: finished } = await other.chat.load(id);
  const sent = sender.send('second');
  await untilLogged(streams, id, 'half');
  const reader = new Traveller(other, {
    id,
    init: { messages: sender.tab.chat.messages.slice(0, 3) },
  });
  const read = reader.resume();
  await until(reader.tab, hasText('half'));
  return { instances, id, finished, sender, sent, reader, read, middle };
}

const losses: Record<string, (id: string) => Promise<unknown>> = {
  'is deleted from under it, unseen': (id) => remove(id),
  'is deleted, and its connections with it': async (id) => {
    await remove(id);
    streams.breakAll('cut');
  },
  'has expired when its connection is replaced': async (id) => {
    const gone = { kind: 'status', status: 410, times: Infinity } as const;
    streams.injectFault(`/${id}/log`, gone);
    streams.breakAll('cut');
  },
};

const remove = (id: string): Promise<unknown> =>
  fetch(`${streams.url}/${id}/log`, { method: 'DELETE' });

function expectTypedError({ errors, statuses, finishes }: Journey): void {
  expect(errors).toMatchObject([
    { name: 'DurableChatError', code: /^(log-lost|invalid-cursor)$/ },
  ]);
  expect(statuses.at(-1)).toBe('error');
  expect(finishes).toMatchObject([{ isError: true, isDisconnect: false }]);
}

describe('a log that is lost while it is read', () => {
  it.each(Object.entries(losses))(
    '[A12] and %s: a typed error, and load has the history',
    async (_, lose) => {
      const scene = await inMidAnswer();
      await using instances = scene.instances;
      const { id, finished, reader } = scene;
      await lose(id);
      expectTypedError(await scene.read);
      expect(textOf(reader.tab.chat.messages.at(-1))).toContain('half');
      scene.middle.open();
      // Who runs it finds out at its next append; its tab is let go.
      const { statuses } = await scene.sent;
      expect(['ready', 'error']).toContain(statuses.at(-1));
      await instances.one.settled();
      for (const { api, chat } of instances.all) {
        expect((await chat.load(id)).messages).toEqual(finished);
        const page = new Traveller({ api }, { id });
        const loaded = await page.tab.transport.load({ chatId: id });
        expect(loaded.messages).toEqual(finished);
        page.tab.chat.messages = loaded.messages;
        expect((await page.resume()).statuses).toEqual(['ready']);
      }
    },
  );

  it('[A12] and is begun anew by the next message: nothing of that is lost', async () => {
    const scene = await inMidAnswer();
    await using instances = scene.instances;
    const { id, finished } = scene;
    await remove(id);
    scene.middle.open();
    await scene.sent;
    await scene.read;
    await instances.one.settled();
    const page = new Traveller(instances.other, {
      id,
      init: { messages: structuredClone(finished), generateId: () => 'third' },
    });
    const { messages, errors } = await page.send('third');
    expect(errors).toEqual([]);
    expect(messages.map(textOf)).toEqual([
      'first',
      'answer 0',
      'third',
      'answer 2',
    ]);
    await instances.other.settled();
    for (const { chat } of instances.all)
      expect((await chat.load(id)).messages).toEqual(messages);
  });
});
