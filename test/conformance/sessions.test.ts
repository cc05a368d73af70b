import { convertToModelMessages, streamText } from 'ai';
import {
  scriptedModel,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentContext } from 'ai-durable-transport/server';
import { readLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  post,
  says,
  spoken,
} from '../support/session-app.js';
import { SessionTab } from '../support/session-tab.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session');

/** Agents of which none says its second word before all have begun. */
function meeting(count: number) {
  const met = Promise.withResolvers<void>();
  let arrived = 0;
  return (agentId: string) => ({
    ...echo(agentId),
    respond: async ({ trigger }: AgentContext) => {
      arrived += 1;
      if (arrived === count) met.resolve();
      await met.promise;
      return spoken([agentId, 'to', trigger.message.id], 10);
    },
  });
}

describe('a session', () => {
  it('[A48] shows an idle tab what another says, and its answer, live and in order', async () => {
    const model = scriptedModel([{ type: 'text', text: 'one two three four' }]);
    const respond = async ({ messages, abortSignal }: AgentContext) =>
      streamText({
        model,
        messages: await convertToModelMessages(messages),
        abortSignal,
      });
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: {
        helper: { name: 'Helper', triggers: 'user-messages', respond },
      },
    });
    const chatId = nextChat();
    const { one, other } = instances;
    await using idle = await SessionTab.open({ api: other.api, chatId });
    await idle.until(({ events }) => events.length > 0);
    await post({ api: one.api, chatId }, 'messages', {
      message: says('m1', 'Count.'),
    });
    await idle.untilIdle(1);
    expect(await idle.texts()).toEqual(['Count.', 'one two three four']);
    const [snapshot, ...live] = idle.events.map(({ event }) => event);
    expect(snapshot).toBe('snapshot');
    expect(live.length).toBeGreaterThan(1);
    expect(new Set(live)).toEqual(new Set(['records']));
    const kinds = idle.records.map(({ type, key }) => `${type} ${key}`);
    const log = await readLog(streams, chatId);
    // What it saw after the snapshot is the log itself.
    const seen = kinds.slice(kinds.indexOf('message m1'));
    const logged = log.map(({ type, key }) => `${type} ${key}`);
    expect(seen).toEqual(logged.slice(logged.indexOf('message m1')));
  });

  it('[A49] lets two agents answer two users at once, each in messages of its own, equal everywhere', async () => {
    const meet = meeting(2);
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { left: meet('left'), right: meet('right') },
    });
    const chatId = nextChat();
    const { one, other } = instances;
    const tabs = await Promise.all(
      [one, other, other].map(({ api }) => SessionTab.open({ api, chatId })),
    );
    const [tab] = tabs;
    if (tab === undefined) throw new Error('No tab.');
    await post({ api: one.api, chatId, actor: 'ann' }, 'messages', {
      message: says('m1', 'I am Ann.'),
    });
    await post({ api: other.api, chatId, actor: 'bob' }, 'messages', {
      message: says('m2', 'I am Bob.'),
    });
    await Promise.all(tabs.map((each) => each.untilIdle(4)));
    await using late = await SessionTab.open({ api: one.api, chatId });
    await late.until(({ events }) => events.length > 0);
    const messages = await tab.messages();
    for (const each of [...tabs, late]) {
      expect(await each.messages()).toEqual(messages);
    }
    const texts = await tab.texts();
    expect(texts.toSorted()).toEqual([
      'I am Ann.',
      'I am Bob.',
      'left to m1',
      'left to m2',
      'right to m1',
      'right to m2',
    ]);
    const log = await readLog(streams, chatId);
    const authors = log.flatMap((record) =>
      record.type === 'message' ? [record.value?.actorId] : [],
    );
    expect(authors).toEqual(['ann', 'bob']);
    // Both ran at once: neither ended before the other had begun.
    const steps = log.flatMap((record) =>
      record.type === 'run' ? [`${record.key} ${record.value.status}`] : [],
    );
    const firstEnd = steps.findIndex((step) => step.endsWith('done'));
    expect(steps.slice(0, firstEnd)).toEqual(
      expect.arrayContaining(['left~m1 active', 'right~m1 active']),
    );
    await Promise.all(tabs.map((each) => each.close()));
  });
});
