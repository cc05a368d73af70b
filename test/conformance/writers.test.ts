import {
  scriptedModel,
  startStreams,
  type ModelCall,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { textOf, until } from '../support/chat-client.js';
import { Traveller } from '../support/journey.js';
import {
  readLog,
  soundRuns,
  untilLog,
  untilLogged,
} from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { startInstances } from '../support/start-instances.js';
import { hasText } from '../support/tabs.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('written');

const manyTimes = (text: string): string[] =>
  Array.from({ length: 1_000 }, () => text);

const firstText = ({ prompt }: Pick<ModelCall, 'prompt'>): string => {
  const [part] = prompt.at(-1)?.content ?? [];
  return typeof part === 'object' && part.type === 'text' ? part.text : '';
};

describe('two POSTs at once', () => {
  it.each([
    ['in a new chat', 0],
    ['in a chat that has begun', 1],
  ])(
    '[A32] on two instances, %s: one run wins, the other ends stopped, nothing is mixed',
    async (_, earlier) => {
      // A question is the chat and what is asked: says that until both runs
      // are in the log, and on.
      const model = scriptedModel((call) => {
        const [id = '', word = ''] = firstText(call).split(' ');
        if (word === 'zero') return [{ type: 'text', text: 'zero' }];
        const text = Array.from({ length: 10 }, () => `${word} `);
        const until = untilRuns(id, earlier + 2);
        return [
          { type: 'text', text },
          { type: 'wait', until },
          { type: 'text', text, delayMs: 20 },
        ];
      });
      await using instances = await startInstances({ streams, model });
      const { one, other } = instances;
      const race = async (id: string): Promise<void> => {
        const tabs = [one, other].map((app) => new Traveller(app, { id }));
        if (earlier > 0) await tabs[0]?.send(`${id} zero`);
        const [first, second] = await Promise.all([
          tabs[0]?.send(`${id} one`),
          tabs[1]?.send(`${id} two`),
        ]);
        await Promise.all([one.settled(), other.settled()]);
        const runs = (await soundRuns(streams, id)).slice(earlier);
        expect(runs.map(({ statuses }) => statuses)).toEqual([
          ['active', 'stopped'],
          ['active', 'done'],
        ]);
        const isFirst = runs[1]?.text.startsWith('one');
        const [winner, loser] = isFirst ? [first, second] : [second, first];
        expect(textOf(winner?.messages.at(-1))).toBe(runs[1]?.text);
        expect(winner?.finishes.at(-1)?.isAbort).toBe(false);
        expect(loser?.finishes.at(-1)?.isAbort).toBe(true);
        expect(loser?.statuses.at(-1)).toBe('ready');
        expect([first?.errors, second?.errors]).toEqual([[], []]);
        const { messages } = await one.chat.load(id);
        expect(messages.slice(-2)).toEqual(winner?.messages.slice(-2));
      };
      await Promise.all(Array.from({ length: 6 }, () => race(nextChat())));
    },
  );

  const untilRuns = (id: string, count: number): Promise<void> =>
    untilLog(streams, id, (records) => {
      const runs = records.filter(({ type }) => type === 'run');
      return new Set(runs.map(({ key }) => key)).size === count;
    });
});

describe('a POST that follows the end of an answer', () => {
  it('finds that one ended, on whatever instance', async () => {
    await using slow = await startStreams();
    slow.script = () => ({ kind: 'delay', ms: 15 });
    const id = nextChat();
    const model = scriptedModel([{ type: 'text', text: 'short' }]);
    await using instances = await startInstances({ streams: slow, model });
    for (const app of [...instances.all, ...instances.all]) {
      const page = new Traveller(app, { id });
      const { messages, activeRunId } = await page.tab.transport.load({
        chatId: id,
      });
      expect(activeRunId).toBeNull();
      page.tab.chat.messages = messages;
      await page.send();
    }
    const runs = await soundRuns(slow, id);
    expect(runs.map(({ statuses }) => statuses)).toEqual(
      Array.from({ length: 4 }, () => ['active', 'done']),
    );
  });
});

describe('an answer that is asked for anew', () => {
  it.each([
    ['by the tab that reads the old one', 0],
    ['by another tab, on another instance', 1],
  ])(
    '[A34] %s: no chunk of the old run reaches the new message',
    async (_, who) => {
      const id = nextChat();
      const model = scriptedModel(({ index }) =>
        index === 0
          ? [{ type: 'text', text: manyTimes('old '), delayMs: 5 }]
          : [{ type: 'text', text: ['new ', 'newer'], delayMs: 20 }],
      );
      await using instances = await startInstances({ streams, model });
      const tabs = instances.all.map((app) => new Traveller(app, { id }));
      const [first, second] = tabs;
      const regenerating = tabs[who];
      if (!first || !second || !regenerating) throw new Error('no tabs');
      const sent = first.send();
      await untilLogged(streams, id, 'old ');
      second.tab.chat.messages = first.tab.chat.messages.slice(0, 1);
      const followed = second.resume();
      await until(second.tab, hasText('old '));
      await until(first.tab, hasText('old '));
      await regenerating.tab.chat.regenerate();
      await Promise.all([sent, followed]);
      for (const traveller of tabs) {
        const { messages, errors, statuses } = traveller.journey();
        const isNew = traveller === regenerating;
        const told = isNew ? /^new newer$/ : /^(old )+$/;
        expect(textOf(messages[1])).toMatch(told);
        expect(messages).toHaveLength(2);
        expect(errors).toEqual([]);
        expect(statuses.at(-1)).toBe('ready');
      }
      await Promise.all(instances.all.map((app) => app.settled()));
      const runs = await soundRuns(streams, id);
      expect(runs[0]?.text).toMatch(/^(old )+$/);
      expect(runs[1]?.text).toBe('new newer');
      expect(runs).toHaveLength(2);
      const { messages } = await instances.one.chat.load(id);
      expect(messages).toEqual(regenerating.journey().messages);
    },
  );
});

describe('a provider that throws in mid-stream', () => {
  it.each(['part', 'throw'] as const)(
    '[A35] is one masked error, and after a reload the partial and one error: %s',
    async (how) => {
      const id = nextChat();
      // Where `streamText` tells of errors by default.
      vi.spyOn(console, 'error').mockReturnValue();
      const error = new Error('the key sk-123 is wrong');
      const model = scriptedModel([
        { type: 'text', text: 'half an answer' },
        { type: 'error', error, how },
      ]);
      await using instances = await startInstances({ streams, model });
      const { one, other } = instances;
      const tab = new Traveller(one, { id });
      const live = await tab.send();
      await one.settled();
      const told = one.errors.filter(({ source }) => source === 'model');
      expect(told).toMatchObject([{ chatId: id, error }]);
      const page = new Traveller(other, { id });
      const { messages } = await page.tab.transport.load({ chatId: id });
      page.tab.chat.messages = messages;
      const reloaded = await page.resume();
      for (const { errors, finishes, messages: seen } of [live, reloaded]) {
        expect(errors).toMatchObject([{ message: 'An error occurred.' }]);
        expect(finishes).toMatchObject([{ isError: true }]);
        expect(seen).toHaveLength(2);
        expect(textOf(seen[1])).toBe('half an answer');
      }
      expect(reloaded.messages).toEqual(live.messages);
      expect(await soundRuns(streams, id)).toMatchObject([
        { statuses: ['active', 'failed'] },
      ]);
      const log = JSON.stringify(await readLog(streams, id));
      expect(log).not.toContain('sk-123');
      expect(log).not.toContain('"type":"error"');
    },
  );
});
