import type { AgentContext } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gate } from '../support/gate.js';
import { endProcess, startListening } from '../support/listening-process.js';
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
const nextChat = sequence('regenerate-while-busy');

/** An agent that numbers its answers, and gives the second once it may. */
function startCounting() {
  const goOn = gate();
  let answers = 0;
  const counting = {
    ...echo('echo'),
    respond: async ({ runId }: AgentContext) => {
      answers += 1;
      const text = `answer ${answers} as ${runId}`;
      if (answers === 2) await goOn.opened;
      return spoken([text]);
    },
  };
  const started = startInstances(
    { streams, authorize: authorizeByHeader, agents: { echo: counting } },
    3,
  );
  return { goOn, started };
}

const KEY = { 'idempotency-key': 'k1' };

describe('an answer that is wanted anew while its agent is busy', () => {
  it('is made once, though the instance that was asked is killed', async () => {
    const { goOn, started } = startCounting();
    await using instances = await started;
    const chatId = nextChat();
    const tabs = await Promise.all(
      instances.all.map(({ api }) => SessionTab.open({ api, chatId })),
    );
    const [tab] = tabs;
    const { api } = instances.one;
    const { child, url } = await startListening('agent-server-process.ts', {
      env: { STREAMS_URL: streams.url, LEASE_MS: '15000' },
    });
    try {
      await post({ api, chatId }, 'messages', { message: says('m1', 'one') });
      await tab?.untilIdle(1);
      const messageId = tab?.order[1];
      await post({ api, chatId }, 'messages', { message: says('m2', 'two') });
      await tab?.until((all) => all.runs().length === 2);
      const dying = { api: `${url}/api/chat`, chatId, headers: KEY };
      const asked = await post(dying, 'regenerate', { messageId });
      expect(asked).toEqual({ status: 202, json: { runId: 'echo~m1~k1' } });
      await endProcess(child);
      goOn.open();
      await Promise.all(tabs.map((one) => one.untilIdle(3)));
      // What followed the old answer has left with it.
      for (const one of tabs) {
        expect(await one.texts()).toEqual(['one', 'answer 3 as echo~m1~k1']);
      }
      const begun = (await readLog(streams, chatId)).filter(
        ({ type, key }) => type === 'regeneration' || key === 'echo~m1~k1',
      );
      expect(begun.map(({ type }) => type)).toEqual([
        'regeneration',
        'run',
        'run',
      ]);
    } finally {
      await endProcess(child);
      await Promise.all(tabs.map((one) => one.close()));
    }
  });

  it('is told of again, and made no second time, though the old one has left', async () => {
    const { goOn, started } = startCounting();
    goOn.open();
    await using instances = await started;
    const { one, other } = instances;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api: one.api, chatId });
    await post({ api: one.api, chatId }, 'messages', {
      message: says('m1', 'one'),
    });
    await tab.untilIdle(1);
    const messageId = tab.order[1];
    for (const { api } of [one, other, one]) {
      const at = { api, chatId, headers: KEY };
      const asked = await post(at, 'regenerate', { messageId });
      expect(asked).toEqual({ status: 202, json: { runId: 'echo~m1~k1' } });
      await tab.untilIdle(2);
    }
    expect(await tab.texts()).toEqual(['one', 'answer 2 as echo~m1~k1']);
  });

  it('is not made of a question that was edited meanwhile', async () => {
    const { goOn, started } = startCounting();
    await using instances = await started;
    const at = { api: instances.one.api, chatId: nextChat() };
    await using tab = await SessionTab.open(at);
    await post(at, 'messages', { message: says('m1', 'one') });
    await tab.untilIdle(1);
    const messageId = tab.order[1];
    await post(at, 'messages', { message: says('m2', 'two') });
    await tab.until((all) => all.runs().length === 2);
    await post({ ...at, headers: KEY }, 'regenerate', { messageId });
    const edited = { message: says('m1', 'uno'), replaces: true };
    await post(at, 'messages', edited);
    goOn.open();
    await tab.untilIdle(3);
    expect(await tab.texts()).toEqual(['uno', 'answer 3 as echo~m1~e1']);
  });

  it('is not made in a fork of the chat', async () => {
    const { goOn, started } = startCounting();
    await using instances = await started;
    const at = { api: instances.one.api, chatId: nextChat() };
    await using tab = await SessionTab.open(at);
    await post(at, 'messages', { message: says('m1', 'one') });
    await tab.untilIdle(1);
    const messageId = tab.order[1];
    await post(at, 'messages', { message: says('m2', 'two') });
    await tab.until((all) => all.runs().length === 2);
    await post({ ...at, headers: KEY }, 'regenerate', { messageId });
    const fork = { ...at, chatId: nextChat() };
    const upTo = { messageId, chatId: fork.chatId };
    expect((await post(at, 'fork', upTo)).status).toBe(201);
    await using forked = await SessionTab.open(fork);
    await post(fork, 'messages', { message: says('f1', 'apart') });
    goOn.open();
    await forked.until(async (all) => (await all.texts()).length === 4);
    expect((await forked.texts()).slice(0, 3)).toEqual([
      'one',
      'answer 1 as echo~m1',
      'apart',
    ]);
  });
});
