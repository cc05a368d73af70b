import { setTimeout as sleep } from 'node:timers/promises';
import { scriptedModel } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { isTooLate } from '../../src/log/too-late.js';
import { startCutOff } from '../support/cut-off.js';
import { Traveller } from '../support/journey.js';
import { chatOf, runOf, textMessage } from '../protocol/chat-records.js';

const numbered = () =>
  scriptedModel(({ index }) => [{ type: 'text', text: `answer ${index}` }]);

// An instance that cannot reach the store answers all the same. When it could,
// it ended the newer run that had come into the log meanwhile, and showed a
// branch that nobody was in any more.
it('does not end a newer answer with a start that waited for the store', async () => {
  await using stage = await startCutOff({ model: numbered() });
  const { one, other } = stage;
  const page = stage.page();
  await page.send('first');
  stage.cut('one');
  await page.send('second');
  stage.goElsewhere();
  const { messages, errors } = await page.send('third');
  await other.settled();
  stage.mend('one');
  await one.settled();
  expect(errors).toEqual([]);
  expect(await stage.answers()).toEqual([
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
  await using stage = await startCutOff({ model: numbered() });
  const { one, other } = stage;
  const page = stage.page();
  await page.send('first');
  await one.settled();
  // The one learns nothing of the chat, the other may read it.
  stage.cut('one', ['GET', 'POST']);
  stage.cut('other', ['POST']);
  await page.send('second');
  stage.goElsewhere();
  const { messages, errors } = await page.send('third');
  // Long enough not to be taken for two at once.
  await sleep(2_500);
  stage.mend('one');
  await one.settled();
  stage.mend('other');
  await other.settled();
  expect(errors).toEqual([]);
  expect(await stage.answers()).toEqual([
    ['answer 0', 'done'],
    ['answer 1', 'done'],
    ['answer 2', 'done'],
  ]);
  expect((await other.chat.load('chat-1')).messages).toEqual(messages);
});

// How long it had waited was counted from when its chat had been read: and that was
// what it waited for. It took the place of an answer that was whole by then.
it.each(['client', 'server'] as const)(
  'does not take the place of an answer that came while its chat was read (history: %s)',
  async (history) => {
    await using stage = await startCutOff({ model: numbered(), history });
    const { one, other } = stage;
    const page = stage.page();
    await page.send('first');
    await page.send('second');
    await one.settled();
    const behind = new Traveller(other);
    behind.tab.chat.messages = structuredClone(page.tab.chat.messages);
    stage.cut('one', ['GET']);
    const asked = page.tab.chat.regenerate();
    await sleep(200);
    await behind.tab.chat.regenerate();
    await other.settled();
    await sleep(2_500);
    stage.mend('one');
    await asked;
    await one.settled();
    const ends = (await stage.answers()).map(([, status]) => status);
    expect(ends).toEqual(['done', 'done', 'done']);
    const { messages } = await other.chat.load('chat-1');
    expect(messages).toEqual(behind.journey().messages);
  },
);

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
