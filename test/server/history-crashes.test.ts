import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStream, historyTarget } from '../../src/log/index.js';
import { textOf } from '../support/chat-client.js';
import { dyingFetch, type Moment } from '../support/dying-fetch.js';
import { Traveller } from '../support/journey.js';
import { deleteStreamOf, expectTrueHistory } from '../support/true-history.js';
import { leaveLongChat } from '../support/long-chat.js';
import { sequence } from '../support/sequence.js';
import {
  startInstances,
  type Instance,
  type Instances,
} from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('crashed');

const model = scriptedModel(({ index }) => [
  { type: 'text', text: `answer ${index}` },
]);

/** The first instance dies, the others live on. */
async function startMortal(): Promise<
  Instances & { readonly dieAt: (moment: Moment) => Promise<void> }
> {
  const { fetch, dieAt } = dyingFetch();
  const { url } = streams;
  const instances = await startInstances(
    (index) => ({ model, streams: index === 0 ? { url, fetch } : { url } }),
    3,
  );
  return { ...instances, dieAt };
}

const writes = /^(PUT|POST) history$/;
const isEnd = ({ body }: { readonly body: string }): boolean =>
  body.includes('"status":"done"');

/** Every step of the writing of a history after a run. */
const moments: readonly (readonly [string, () => Moment])[] = [
  [
    'with the end of its run stored, and not knowing it',
    () => ({
      how: 'after',
      isIt: (last) => last.name === 'POST log' && isEnd(last),
    }),
  ],
  [
    'with its run not read yet',
    () => {
      let hasEnded = false;
      return {
        how: 'before',
        isIt: (last) => {
          const isRead = hasEnded && last.name === 'GET log';
          hasEnded ||= last.name === 'POST log' && isEnd(last);
          return isRead;
        },
      };
    },
  ],
  [
    'with nothing written yet',
    () => ({ how: 'before', isIt: ({ name }) => writes.test(name) }),
  ],
  [
    'with all written, and not knowing it',
    () => ({ how: 'after', isIt: ({ name }) => writes.test(name) }),
  ],
];

/** What somebody sees who comes to the chat after the crash. */
const comers: Readonly<
  Record<string, (instance: Instance, page: Traveller) => Promise<unknown>>
> = {
  opens: async (_, { tab }) => {
    const { id: chatId } = tab.chat;
    return (await tab.transport.load({ chatId })).messages;
  },
  resumes: async (_, page) => (await page.resume()).messages,
  sends: (_, { tab }) => Promise.resolve(tab.chat.messages),
  recovers: async ({ chat }, { tab }) => {
    await chat.recover(tab.chat.id);
    return (await chat.load(tab.chat.id)).messages;
  },
};

const cases = moments.flatMap(([when, moment]) =>
  [0, 1].flatMap((turns) =>
    Object.entries(comers).map(([deed, come]) => ({
      told: `${when} (after ${turns} turns): nothing is lost for who ${deed} next`,
      turns,
      moment,
      come,
    })),
  ),
);

describe('a server that dies as it writes the history', () => {
  it.each(cases)('$told', async ({ turns, moment, come }) => {
    await using instances = await startMortal();
    const { one, other } = instances;
    const id = nextChat();
    const tab = new Traveller(one, { id });
    for (let turn = 0; turn < turns; turn += 1) {
      await tab.send(`turn ${turn}`);
      await one.settled();
    }
    const died = instances.dieAt(moment());
    const { messages } = await tab.send('last words');
    await died;
    expect(textOf(messages.at(-1))).toMatch(/^answer/);
    const init = {
      messages: structuredClone([...messages]),
      generateId: sequence('later'),
    };
    const page = new Traveller(other, { id, init });
    expect(await come(other, page)).toEqual(messages);
    await other.settled();
    const later = await page.send('and then?');
    expect(later.errors).toEqual([]);
    expect(later.messages.slice(0, messages.length)).toEqual(messages);
    await other.settled();
    await expectTrueHistory(streams, id, later.messages);
    expect(other.errors).toEqual([]);
  });

  it.each(moments.slice(2))(
    'in whose place another dies, %s: the third completes it',
    async (_, moment) => {
      await using instances = await startMortal();
      const [mortal, next, last] = instances.all;
      if (!mortal || !next || !last) throw new Error('There are three.');
      const id = nextChat();
      const options = { turns: 3, tokens: 10, hasHistory: false };
      const messages = await leaveLongChat(streams, id, options);
      const died = instances.dieAt(moment());
      expect((await mortal.chat.load(id)).messages).toEqual(messages);
      await died;
      expect((await next.chat.load(id)).messages).toEqual(messages);
      await next.settled();
      expect((await last.chat.load(id)).messages).toEqual(messages);
      await last.settled();
      await expectTrueHistory(streams, id, messages);
    },
  );

  it.each(['before', 'after'] as const)(
    'as it forgets a log that was lost, %s that takes effect',
    async (how) => {
      await using instances = await startMortal();
      const { one, other } = instances;
      const id = nextChat();
      const messages = await leaveLongChat(streams, id, {
        turns: 2,
        tokens: 10,
      });
      await deleteStreamOf(streams, id, 'log');
      const died = instances.dieAt({
        how,
        isIt: ({ name }) => name === 'POST history',
      });
      const init = { messages: [...messages] };
      const tab = new Traveller(one, { id, init });
      void tab.send('first words');
      await died;
      expect((await other.chat.load(id)).messages).toEqual(messages);
      const page = new Traveller(other, { id, init: { messages } });
      const later = await page.send('second words');
      expect(later.errors).toEqual([]);
      await other.settled();
      const loaded = await other.chat.load(id);
      expect(loaded.messages).toEqual(later.messages);
      expect(loaded.messages).toHaveLength(6);
    },
  );
});

describe('a streams server that dies as it creates the history', () => {
  it('and has only its name: it is filled by the next run', async () => {
    await using instances = await startInstances({ streams, model });
    const { one } = instances;
    const id = nextChat();
    await createStream(historyTarget(streams, id));
    const { messages } = await new Traveller(one, { id }).send();
    await one.settled();
    expect(messages).toHaveLength(2);
    await expectTrueHistory(streams, id, messages);
  });
});
