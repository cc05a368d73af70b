import type { AgentContext } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gate } from '../support/gate.js';
import { logTarget } from '../../src/log/index.js';
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
const nextChat = sequence('fork');

const isThere = ({ events }: SessionTab): boolean => events.length > 0;

/** What is written to the streams server. */
function watchWrites() {
  const sent: { url: string; body: string }[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    const { body } = init ?? {};
    const url = input instanceof Request ? input.url : input.toString();
    if (typeof body === 'string') sent.push({ url, body });
    return globalThis.fetch(input, init);
  };
  return { sent, fetch };
}

describe('a fork of a chat', () => {
  it('[A54] has the messages up to there, without a copy, and both go on apart', async () => {
    const { sent, fetch } = watchWrites();
    await using instances = await startInstances({
      streams: { url: streams.url, fetch },
      authorize: authorizeByHeader,
      agents: { echo: echo('echo') },
    });
    const { one, other } = instances;
    const chatId = nextChat();
    const forkId = nextChat();
    await using tab = await SessionTab.open({
      api: one.api,
      chatId,
      query: { deviceId: 'd1' },
    });
    for (const [index, text] of ['first', 'second', 'third'].entries()) {
      const message = says(`m${index}`, text);
      await post({ api: one.api, chatId }, 'messages', { message });
      await tab.untilIdle(index + 1);
    }
    const messageId = tab.order[3];
    const forked = await post({ api: other.api, chatId }, 'fork', {
      messageId,
      chatId: forkId,
    });
    expect(forked).toEqual({ status: 201, json: { chatId: forkId } });
    const { url } = logTarget(streams, forkId);
    const written = sent.filter((request) => request.url === url);
    expect(written).toHaveLength(1);
    // What tells it apart, and nothing of what was said.
    expect(written[0]?.body).not.toMatch(/first|second|"parts"/);
    await using fork = await SessionTab.open({ api: one.api, chatId: forkId });
    await fork.until(isThere);
    const kept = (await tab.messages()).slice(0, 4);
    expect(await fork.messages()).toEqual(kept);
    expect(fork.present).toEqual([]);
    await post({ api: other.api, chatId: forkId }, 'messages', {
      message: says('f1', 'apart'),
    });
    await post({ api: one.api, chatId }, 'messages', {
      message: says('m9', 'on'),
    });
    await tab.untilIdle(4);
    const isAnswered = async (all: SessionTab): Promise<boolean> =>
      (await all.texts()).includes('echo hears apart');
    await fork.until(isAnswered);
    expect((await fork.texts()).slice(4)).toEqual([
      'apart',
      'echo hears apart',
    ]);
    expect((await tab.texts()).slice(4)).toEqual([
      'third',
      'echo hears third',
      'on',
      'echo hears on',
    ]);
  });

  it('is made once, and never of a chat that is there, or at a message that is not', async () => {
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { echo: echo('echo') },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    const forkId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    await post({ api, chatId }, 'messages', { message: says('m1', 'x') });
    await tab.untilIdle(1);
    const body = { messageId: 'm1', chatId: forkId };
    const first = await post({ api, chatId }, 'fork', body);
    await using fork = await SessionTab.open({ api, chatId: forkId });
    await fork.until(isThere);
    await post({ api, chatId: forkId }, 'messages', {
      message: says('f1', 'y'),
    });
    const again = await post({ api, chatId }, 'fork', body);
    expect([first.status, again.status]).toEqual([201, 201]);
    await fork.untilIdle(1);
    expect(await fork.texts()).toEqual(['x', 'y', 'echo hears y']);
    const taken = await post({ api, chatId: forkId }, 'fork', { chatId });
    expect(taken).toMatchObject({ json: { code: 'invalid-chat-id' } });
    const missing = await post({ api, chatId }, 'fork', {
      messageId: 'no such',
      chatId: nextChat(),
    });
    expect(missing.status).toBe(404);
  });

  it('ends what runs and lets go of what waits, and the chat itself goes on', async () => {
    const open = gate();
    const slow = {
      ...echo('slow'),
      respond: async ({ chatId, trigger }: AgentContext) => {
        if (trigger.message.id === 'm1') await open.opened;
        return spoken([`${trigger.message.id} in ${chatId}`]);
      },
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { slow },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    const forkId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    for (const id of ['m1', 'm2']) {
      await post({ api, chatId }, 'messages', { message: says(id, id) });
    }
    await tab.until((all) => all.runs().length === 1);
    await post({ api, chatId }, 'fork', { chatId: forkId });
    await post({ api, chatId: forkId }, 'messages', {
      message: says('f1', 'f1'),
    });
    await using fork = await SessionTab.open({ api, chatId: forkId });
    await fork.until(async (all) =>
      (await all.texts()).includes(`f1 in ${forkId}`),
    );
    open.open();
    await tab.untilIdle(2);
    expect((await tab.texts()).toSorted()).toEqual([
      'm1',
      `m1 in ${chatId}`,
      'm2',
      `m2 in ${chatId}`,
    ]);
    expect(await fork.texts()).toEqual(['m1', 'm2', 'f1', `f1 in ${forkId}`]);
    const states = fork.runs().map(({ id, status }) => `${id} ${status}`);
    expect(states).not.toContain('slow~m2 done');
  });
});
