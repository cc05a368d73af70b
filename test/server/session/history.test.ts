import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deleteStream, historyTarget } from '../../../src/log/index.js';
import { leaveLongSession } from '../../support/long-session.js';
import {
  bytesOf,
  meteredFetch,
  type MeteredRequest,
} from '../../support/metered-fetch.js';
import { sequence } from '../../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  post,
  says,
} from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import {
  startInstances,
  type Instances,
} from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session-history');

const AGENTS = { echo: echo('echo'), other: echo('other') };
const note = z.object({ text: z.string() });
const LONG = 'word '.repeat(100);
const APP = { authorize: authorizeByHeader, records: { note } };

/** An instance that has read nothing yet, and what it asks of the store. */
async function freshInstance(records: Record<string, typeof note> = { note }) {
  const meter = meteredFetch();
  const instances = await startInstances(
    {
      ...APP,
      records,
      streams: { url: streams.url, fetch: meter.fetch },
      agents: AGENTS,
    },
    1,
  );
  return { ...instances, meter };
}

interface Opened {
  readonly tab: SessionTab;
  readonly requests: readonly MeteredRequest[];
}

/** Opens a chat on an instance of its own. */
async function openAfresh(
  chatId: string,
  read: (opened: Opened) => unknown,
  records?: Record<string, typeof note>,
): Promise<void> {
  await using instance = await freshInstance(records);
  const { api } = instance.one;
  await using tab = await SessionTab.open({ api, chatId });
  await tab.until(({ events }) => events.length > 0);
  await read({ tab, requests: instance.meter.take() });
}

/** All that a page shows of a session. */
async function shownBy(tab: SessionTab) {
  return {
    order: tab.order,
    messages: await tab.messages(),
    runs: tab.runs().map(({ id, status }) => `${id} ${status}`),
    devices: tab.present.map(({ deviceId }) => deviceId),
    app: [...tab.app],
  };
}

const namesOf = (requests: readonly MeteredRequest[]): string[] =>
  requests.map(({ name }) => name).filter((name) => !name.includes('follow'));

describe('opening a long session', () => {
  it('takes two requests, and the bytes of its messages', async () => {
    const chatId = nextChat();
    const agents = Object.keys(AGENTS);
    const long = { turns: 100, tokens: 500, agents };
    const messages = await leaveLongSession(streams, chatId, long);
    const said = JSON.stringify(messages).length;
    let fromLog = 0;
    await openAfresh(chatId, async ({ tab, requests }) => {
      fromLog = bytesOf(requests, 'GET log');
      expect(fromLog).toBeGreaterThan(said * 5);
      expect(await tab.messages()).toEqual(messages);
    });
    await using instances = await startInstances({
      ...APP,
      streams,
      agents: AGENTS,
    });
    await instances.one.chat.recover(chatId);
    await instances.one.settled();
    await openAfresh(chatId, async ({ tab, requests }) => {
      expect(namesOf(requests)).toEqual(['GET history', 'GET log']);
      const read = bytesOf(requests, 'GET history');
      // Of each turn: three messages' places, and of two runs begin and end.
      expect(read - said).toBeLessThan(long.turns * 2_600);
      expect(bytesOf(requests, 'GET log')).toBeLessThan(3);
      expect(await tab.messages()).toEqual(messages);
      expect(tab.order).toEqual(messages.map(({ id }) => id));
    });
  });
});

describe('the history of a session', () => {
  // Each turn read all of it to write what was new.
  it('is written turn by turn without being read', async () => {
    const chatId = nextChat();
    const meter = meteredFetch();
    await using instances = await startInstances({
      ...APP,
      streams: { url: streams.url, fetch: meter.fetch },
      agents: { echo: AGENTS.echo },
    });
    const { one, other } = instances;
    const at = { api: one.api, chatId };
    await using tab = await SessionTab.open(at);
    const asked: string[][] = [];
    for (const turn of [1, 2, 3]) {
      await post(at, 'messages', { message: says(`m${turn}`, `turn ${turn}`) });
      await tab.untilIdle(turn);
      await one.settled();
      const names = namesOf(meter.take());
      asked.push(names.filter((name) => name.endsWith('history')));
    }
    expect(asked.slice(1)).toEqual([['POST history'], ['POST history']]);
    await using there = await SessionTab.open({ api: other.api, chatId });
    await there.untilIdle(3);
    expect(await there.messages()).toEqual(await tab.messages());
    expect(there.order).toEqual(tab.order);
  });
});

/** A session in which much is taken back, and asked again. */
async function talk({ one, other }: Instances, chatId: string): Promise<void> {
  const here = { api: one.api, chatId };
  const there = { api: other.api, chatId };
  await using tab = await SessionTab.open({
    ...here,
    query: { deviceId: 'laptop' },
    headers: { 'x-actor': 'ann' },
  });
  await post(here, 'messages', { message: says('m1', 'one') });
  await tab.untilIdle(2);
  const note = { type: 'note', key: 'n1', value: { text: 'a' } };
  await post(there, 'records', note);
  await post(there, 'messages', { message: says('m2', 'two') });
  await tab.untilIdle(4);
  await post({ ...here, headers: { 'idempotency-key': 'k' } }, 'regenerate', {
    messageId: tab.order.at(-1),
  });
  await tab.untilIdle(5);
  await post(there, 'messages', { message: says('m3', 'three') });
  await tab.untilIdle(7);
  const edited = { message: says('m3', 'drei'), replaces: true };
  await post(there, 'messages', edited);
  await tab.untilIdle(9);
  await post(there, 'records', { ...note, key: 'n2', value: { text: 'b' } });
  await post(here, 'records', { ...note, value: { text: 'c' } });
  const gone = { type: 'note', key: 'n2', operation: 'delete' };
  await post(here, 'records', gone);
  await post(there, 'messages', { message: says('m4', 'four') });
  await tab.untilIdle(11);
  await Promise.all([one.settled(), other.settled()]);
}

describe('a session that is opened from its history', () => {
  it('is what its log says, and goes on as that would', async () => {
    await using instances = await startInstances({
      ...APP,
      streams,
      agents: AGENTS,
    });
    const chatId = nextChat();
    await using first = await SessionTab.open({
      api: instances.one.api,
      chatId,
      query: { deviceId: 'desk' },
    });
    await talk(instances, chatId);
    let shown: unknown;
    await openAfresh(chatId, async ({ tab, requests }) => {
      expect(bytesOf(requests, 'GET log')).toBeLessThan(1_500);
      shown = await shownBy(tab);
    });
    await deleteStream(historyTarget(streams, chatId));
    await openAfresh(chatId, async ({ tab, requests }) => {
      expect(bytesOf(requests, 'GET log')).toBeGreaterThan(4_000);
      expect(await shownBy(tab)).toEqual(shown);
    });
    // Edited twice by now: the run is named so where the edits are known.
    await using late = await freshInstance();
    const at = { api: late.one.api, chatId };
    const again = { message: says('m3', 'trois'), replaces: true };
    await post(at, 'messages', again);
    await first.until((tab) =>
      tab.runs().some(({ id }) => id === 'echo~m3~e2'),
    );
  });

  it('has an answer that failed before its first part, and why', async () => {
    const failing = {
      ...echo('echo'),
      respond: () => Promise.reject(new Error('no')),
    };
    await using instances = await startInstances({
      ...APP,
      streams,
      agents: { echo: failing, other: echo('other') },
    });
    const at = { api: instances.one.api, chatId: nextChat() };
    await using tab = await SessionTab.open(at);
    await post(at, 'messages', { message: says('m1', LONG) });
    await tab.untilIdle(2);
    await instances.one.settled();
    const shown = await shownBy(tab);
    expect(shown.runs).toContain('echo~m1 failed');
    await openAfresh(at.chatId, async ({ tab: late, requests }) => {
      expect(bytesOf(requests, 'GET log')).toBeLessThan(1_500);
      const { runs } = await shownBy(late);
      expect(runs.toSorted()).toEqual(shown.runs.toSorted());
    });
  });

  it('is read from the log where it may hold a type that the writer did not know', async () => {
    await using instances = await startInstances({
      ...APP,
      streams,
      agents: AGENTS,
    });
    const chatId = nextChat();
    await talk(instances, chatId);
    const types = { note, vote: note };
    await openAfresh(
      chatId,
      async ({ tab, requests }) => {
        expect(bytesOf(requests, 'GET log')).toBeGreaterThan(4_000);
        expect([...tab.app]).toEqual([['note n1', { text: 'c' }]]);
      },
      types,
    );
  });

  it('is read from the log, once, where agents were added later', async () => {
    await using before = await startInstances({ streams });
    const chatId = nextChat();
    await leaveLongSession(streams, chatId, {
      turns: 3,
      tokens: 50,
      agents: ['assistant'],
    });
    await before.one.chat.load(chatId);
    await before.one.settled();
    await openAfresh(chatId, ({ tab, requests }) => {
      expect(bytesOf(requests, 'GET log')).toBeGreaterThan(4_000);
      expect(tab.order).toHaveLength(6);
    });
    await using instances = await startInstances({
      ...APP,
      streams,
      agents: AGENTS,
    });
    const at = { api: instances.one.api, chatId };
    await using tab = await SessionTab.open(at);
    await post(at, 'messages', { message: says('m1', 'one') });
    await tab.until(async (all) => (await all.messages()).length === 9);
    await tab.until((all) =>
      all.runs().every(({ status }) => status !== 'active'),
    );
    await instances.one.settled();
    await openAfresh(chatId, ({ tab: late, requests }) => {
      expect(bytesOf(requests, 'GET log')).toBeLessThan(3);
      expect(late.order).toEqual(tab.order);
    });
  });
});
