import { Chat } from '@ai-sdk/react';
import { DefaultChatTransport, type UIMessage } from 'ai';
import type { AgentContext } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gate } from '../../support/gate.js';
import { openTab } from '../../support/chat-client.js';
import { readLog } from '../../support/read-log.js';
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

describe('records of the app', () => {
  it('are checked, written, told of live and to who comes late, and deleted', async () => {
    const note = z.object({ text: z.string(), stars: z.number() });
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { echo: echo('echo') },
      records: { note },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    await tab.until(({ events }) => events.length > 0);
    const written = { type: 'note', key: 'n1', value: { text: 'x', stars: 3 } };
    const posted = await post({ api, chatId }, 'records', written);
    expect(posted).toEqual({ status: 200, json: { type: 'note', key: 'n1' } });
    const all = new Map([['note n1', written.value]]);
    await tab.until(({ app }) => app.size === 1);
    expect(tab.app).toEqual(all);
    await using late = await SessionTab.open({ api, chatId });
    await late.until(({ app }) => app.size === 1);
    expect(late.app).toEqual(all);
    for (const [wrong, reason] of [
      [{ ...written, value: { text: 'x' } }, /stars|number/i],
      [{ ...written, type: 'message' }, /type/],
      [{ ...written, key: '' }, /key/],
    ] as const) {
      const refused = await post({ api, chatId }, 'records', wrong);
      expect(refused.status).toBe(400);
      expect(JSON.stringify(refused.json)).toMatch(reason);
    }
    await post({ api, chatId }, 'records', {
      type: 'note',
      key: 'n1',
      operation: 'delete',
    });
    await tab.until(({ app }) => app.size === 0);
    await using after = await SessionTab.open({ api, chatId });
    await after.until(({ lastEventId }) => lastEventId === tab.lastEventId);
    expect(after.app.size).toBe(0);
    await expect(readLog(streams, chatId)).rejects.toThrow(/note/);
  });
});
