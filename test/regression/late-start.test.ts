import { setTimeout as sleep } from 'node:timers/promises';
import { scriptedModel, startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { isTooLate } from '../../src/log/too-late.js';
import { Traveller } from '../support/journey.js';
import { soundRuns } from '../support/read-log.js';
import { startInstances } from '../support/start-instances.js';
import { routed } from '../support/tabs.js';
import { chatOf, runOf, textMessage } from '../protocol/chat-records.js';

// An instance that cannot reach the store answers all the same. When it could,
// it ended the newer run that had come into the log meanwhile, and showed a
// branch that nobody was in any more.
it('does not end a newer answer with a start that waited for the store', async () => {
  await using streams = await startStreams();
  let isCut = false;
  const cut: typeof fetch = (input, init) =>
    isCut ? Promise.reject(new TypeError('cut')) : fetch(input, init);
  const model = scriptedModel(({ index }) => [
    { type: 'text', text: `answer ${index}` },
  ]);
  await using instances = await startInstances((index) => ({
    model,
    streams: index === 0 ? { url: streams.url, fetch: cut } : streams,
  }));
  const { one, other } = instances;
  let goesElsewhere = false;
  const fetchOf = routed((url) =>
    goesElsewhere ? url.replace(one.url, other.url) : url,
  );
  const page = new Traveller(one, { transport: { fetch: fetchOf } });
  await page.send('first');
  isCut = true;
  await page.send('second');
  goesElsewhere = true;
  const { messages, errors } = await page.send('third');
  await other.settled();
  isCut = false;
  await one.settled();
  expect(errors).toEqual([]);
  const runs = await soundRuns(streams, 'chat-1');
  expect(runs.map(({ text, statuses }) => [text, statuses.at(-1)])).toEqual([
    ['answer 0', 'done'],
    ['answer 2', 'done'],
  ]);
  const loaded = await other.chat.load('chat-1');
  expect(messages).toHaveLength(6);
  expect(loaded.messages).toEqual(messages);
});

// The answer that came before waited for the store, too, and came into the log
// at last: what answered it was taken for a start that the chat had left behind.
it('begins what answers an answer that waited for the store as well', async () => {
  await using streams = await startStreams();
  const cut = new Set<string>();
  const model = scriptedModel(({ index }) => [
    { type: 'text', text: `answer ${index}` },
  ]);
  await using instances = await startInstances((index) => ({
    model,
    streams: {
      url: streams.url,
      fetch: (input, init) =>
        cut.has(`${index} ${init?.method}`)
          ? Promise.reject(new TypeError('cut'))
          : fetch(input, init),
    },
  }));
  const { one, other } = instances;
  let goesElsewhere = false;
  const fetchOf = routed((url) =>
    goesElsewhere ? url.replace(one.url, other.url) : url,
  );
  const page = new Traveller(one, { transport: { fetch: fetchOf } });
  await page.send('first');
  await one.settled();
  // The one learns nothing of the chat, the other may read it.
  cut.add('0 GET').add('0 POST').add('1 POST');
  await page.send('second');
  goesElsewhere = true;
  const { messages, errors } = await page.send('third');
  // Long enough not to be taken for two at once.
  await sleep(2_500);
  cut.delete('0 GET');
  cut.delete('0 POST');
  await one.settled();
  cut.delete('1 POST');
  await other.settled();
  expect(errors).toEqual([]);
  const runs = await soundRuns(streams, 'chat-1');
  expect(runs.map(({ text, statuses }) => [text, statuses.at(-1)])).toEqual([
    ['answer 0', 'done'],
    ['answer 1', 'done'],
    ['answer 2', 'done'],
  ]);
  expect((await other.chat.load('chat-1')).messages).toEqual(messages);
});

const plan = {
  chatId: 'chat-1',
  actorId: 'ada',
  messages: [{ id: 'q1', role: 'user' as const, parts: [] }],
  value: {
    id: 'late',
    messageId: 'alate',
    parentId: 'q1',
    agentId: 'assistant',
    attempt: 1,
    leaseMs: 1_000,
  },
};

it.each([
  { at: 5_001, now: 7_500, status: 'done', way: 'to one that began and ended' },
  {
    at: 5_001,
    now: 16_000,
    status: 'active',
    way: 'to one that began long ago',
  },
  { at: 4_999, now: 16_000, status: 'done', way: 'not to one before it' },
  { at: 5_001, now: 7_500, status: 'active', way: 'not to one at once' },
  {
    at: 5_001,
    now: 6_900,
    status: 'done',
    way: 'not to one that ended just now',
  },
] as const)('gives way, or does not: $way', ({ at, now, status, way }) => {
  const run = [runOf('2', { at }), runOf('2', { at, status })];
  const state = chatOf([textMessage('q1'), ...run]);
  const isLate = isTooLate(state, plan, { since: 5_000, now });
  expect(isLate).toBe(way.startsWith('to '));
});

it('gives way where its own message has been posted as read', () => {
  const records = [textMessage('q1'), textMessage('alate', 'q1')];
  const times = { since: 5_000, now: 5_001 };
  expect(isTooLate(chatOf(records), plan, times)).toBe(true);
  const own = { id: 'alate', role: 'assistant' as const, parts: [] };
  const on = { ...plan, messages: [...plan.messages, own] };
  expect(isTooLate(chatOf(records), on, times)).toBe(false);
});

it('does not give way to the run whose message it answers', () => {
  const run = [runOf('2', { at: 5_001 }), runOf('2', { status: 'done' })];
  const times = { since: 5_000, now: 7_500 };
  const before = { id: 'a2', role: 'assistant' as const, parts: [] };
  const after = { ...plan, messages: [before, ...plan.messages] };
  expect(isTooLate(chatOf(run), after, times)).toBe(false);
  expect(isTooLate(chatOf(run), plan, times)).toBe(true);
});
