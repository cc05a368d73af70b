import { Chat } from '@ai-sdk/react';
import { DefaultChatTransport, type UIMessage } from 'ai';
import type { AgentContext } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gate } from '../../support/gate.js';
import { openTab } from '../../support/chat-client.js';
import { sequence } from '../../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  post,
  says,
  spoken,
  textOf,
} from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startInstances } from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session-agents');

/** What an agent was given, as text. */
const given = ({ messages }: AgentContext): string =>
  messages.map(textOf).join('|');

describe('agents', () => {
  it('take their messages one after the other, though they come at once, and get what was said up to each', async () => {
    const open = gate();
    const heard: string[] = [];
    let running = 0;
    const slow = {
      ...echo('slow'),
      respond: async (context: AgentContext) => {
        running += 1;
        expect(running).toBe(1);
        heard.push(given(context));
        await open.opened;
        running -= 1;
        return spoken([`to ${textOf(context.trigger.message)}`]);
      },
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { slow },
    });
    const { one, other } = instances;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api: one.api, chatId });
    for (const [index, { api }] of [one, other, one].entries()) {
      await post({ api, chatId }, 'messages', {
        message: says(`m${index}`, `text ${index}`),
      });
    }
    open.open();
    await tab.untilIdle(3);
    expect(heard).toEqual([
      'text 0',
      'text 0|to text 0|text 1',
      'text 0|to text 0|text 1|to text 1|text 2',
    ]);
    expect(tab.runs().map(({ id }) => id)).toEqual([
      'slow~m0',
      'slow~m1',
      'slow~m2',
    ]);
  });

  it('answer one another, and what a function says, and nothing that came before them', async () => {
    const chatId = nextChat();
    const first = { echo: echo('echo') };
    const agents = {
      ...first,
      critic: {
        name: 'Critic',
        triggers: 'all' as const,
        respond: ({ trigger }: AgentContext) =>
          spoken([`[${textOf(trigger.message)}]`]),
      },
      loud: {
        name: 'Loud',
        triggers: (message: UIMessage) =>
          message.role === 'user' && textOf(message).includes('!'),
        respond: () => spoken(['WHAT?']),
      },
    };
    {
      await using before = await startInstances({
        streams,
        authorize: authorizeByHeader,
        agents: first,
      });
      const { api } = before.one;
      await using tab = await SessionTab.open({ api, chatId });
      await post({ api, chatId }, 'messages', { message: says('m1', 'hey!') });
      await tab.untilIdle(1);
    }
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents,
    });
    const { api } = instances.one;
    await using tab = await SessionTab.open({ api, chatId });
    await post({ api, chatId }, 'messages', { message: says('m2', 'oh') });
    await tab.until(async (all) =>
      (await all.texts()).includes('[echo hears oh]'),
    );
    await post({ api, chatId }, 'messages', { message: says('m3', 'ho!') });
    await tab.until(async (all) => (await all.texts()).includes('[WHAT?]'));
    const texts = (await tab.texts()).toSorted();
    expect(texts.filter((text) => text === 'WHAT?')).toHaveLength(1);
    expect(texts).not.toContain('[hey!]');
    expect(texts).not.toContain('[echo hears hey!]');
  });

  it('answer anew: the old answer leaves with what followed it, and once for one key', async () => {
    let count = 0;
    const counting = {
      ...echo('counting'),
      respond: () => spoken([`answer ${(count += 1)}`]),
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { counting },
    });
    const { one, other } = instances;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api: one.api, chatId });
    for (const id of ['m1', 'm2']) {
      await post({ api: one.api, chatId }, 'messages', {
        message: says(id, id),
      });
      await tab.untilIdle(Number(id.slice(1)));
    }
    const messageId = tab.order[1];
    const headers = { 'idempotency-key': 'k1' };
    const asked = await Promise.all(
      [one, other].map(({ api }) =>
        post({ api, chatId, headers }, 'regenerate', { messageId }),
      ),
    );
    const runId = 'counting~m1~k1';
    expect(asked).toEqual([
      { status: 202, json: { runId } },
      { status: 202, json: { runId } },
    ]);
    await tab.untilIdle(3);
    expect(await tab.texts()).toEqual(['m1', 'answer 3']);
    const missing = await post({ api: one.api, chatId }, 'regenerate', {
      messageId: 'no such',
    });
    expect(missing.status).toBe(404);
  });

  it('answer a plain useChat, which knows of no session', async () => {
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { echo: echo('echo'), other: echo('other') },
    });
    const { api } = instances.one;
    const id = nextChat();
    const transport = new DefaultChatTransport({ api });
    const chat = new Chat<UIMessage>({ id, transport });
    await using tab = await SessionTab.open({ api, chatId: id });
    await chat.sendMessage({ text: 'hello' });
    expect(chat.messages.map(textOf)).toEqual(['hello', 'echo hears hello']);
    await tab.untilIdle(2);
    await chat.regenerate();
    expect(chat.messages.map(textOf)).toEqual(['hello', 'echo hears hello']);
    await tab.untilIdle(3);
    await chat.sendMessage({ text: 'again' });
    await tab.untilIdle(5);
    expect((await tab.texts()).toSorted()).toEqual([
      'again',
      'echo hears again',
      'echo hears hello',
      'hello',
      'other hears again',
      'other hears hello',
    ]);
    expect(chat.error).toBeUndefined();
    const durable = openTab(api, { id });
    const { messages } = await durable.transport.load({ chatId: id });
    expect(messages.map(({ id: one }) => one)).toEqual(tab.order);
  });

  it('answer a DurableTransport, whose page may reload meanwhile', async () => {
    const open = gate();
    const slow = {
      ...echo('slow'),
      respond: async () => {
        await open.opened;
        return spoken(['here', 'it', 'is'], 20);
      },
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { slow },
    });
    const { one, other } = instances;
    const id = nextChat();
    const { chat } = openTab(one.api, { id });
    const sent = chat.sendMessage({ text: 'hello' });
    await using tab = await SessionTab.open({ api: other.api, chatId: id });
    await tab.until((all) => all.runs().length === 1);
    const reloaded = openTab(other.api, { id });
    const { messages } = await reloaded.transport.load({ chatId: id });
    reloaded.chat.messages = messages;
    const resumed = reloaded.chat.resumeStream();
    open.open();
    await Promise.all([sent, resumed]);
    for (const one of [chat, reloaded.chat]) {
      expect(one.messages.map(textOf)).toEqual(['hello', 'here it is']);
      expect([one.status, one.error]).toEqual(['ready', undefined]);
    }
  });

  it('go on with what waits when what they said is stopped, from any instance', async () => {
    const slow = {
      ...echo('slow'),
      respond: ({ trigger }: AgentContext) =>
        trigger.message.id === 'm1'
          ? spoken(
              Array.from({ length: 1_000 }, (_, n) => String(n)),
              20,
            )
          : spoken(['short']),
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { slow },
    });
    const { one, other } = instances;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api: other.api, chatId });
    for (const id of ['m1', 'm2']) {
      await post({ api: one.api, chatId }, 'messages', {
        message: says(id, id),
      });
    }
    await tab.until(async (all) => (await all.texts()).join().includes('3 4'));
    const runId = 'slow~m1';
    const stopped = await post({ api: other.api, chatId }, 'stop', { runId });
    expect(stopped.json).toEqual({ stopped: true });
    await tab.untilIdle(2);
    expect(tab.runs()).toMatchObject([
      { id: runId, status: 'stopped' },
      { id: 'slow~m2', status: 'done' },
    ]);
  });

  it('let a useChat that triggers none of them be ready at once', async () => {
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { none: { ...echo('none'), triggers: () => false } },
    });
    const { api } = instances.one;
    const transport = new DefaultChatTransport({ api });
    const chat = new Chat<UIMessage>({ id: nextChat(), transport });
    await chat.sendMessage({ text: 'hello' });
    expect([chat.status, chat.error]).toEqual(['ready', undefined]);
    expect(chat.messages).toHaveLength(1);
  });
});
