import type { AgentContext } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sequence } from '../../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  post,
  says,
  spoken,
} from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startInstances } from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session-presence');

const startApp = () =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
  });

const asAnn = { headers: { 'x-actor': 'ann' }, query: { deviceId: 'laptop' } };

describe('the presence of a device', () => {
  it('says what the device posts, wherever that arrives, and ends with its connection', async () => {
    await using instances = await startApp();
    const { one, other } = instances;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api: other.api, chatId });
    const ann = await SessionTab.open({ api: one.api, chatId, ...asAnn });
    await tab.until(({ present }) => present.length === 1);
    const said = { deviceId: 'laptop', state: { typing: true } };
    const posted = await post({ api: other.api, chatId }, 'presence', said);
    expect(posted).toEqual({ status: 204, json: undefined });
    await tab.until(({ present }) => present[0]?.state !== undefined);
    expect(tab.present).toMatchObject([
      {
        actorId: 'ann',
        name: 'ann',
        status: 'online',
        state: { typing: true },
      },
    ]);
    await post({ api: one.api, chatId }, 'presence', {
      deviceId: 'laptop',
      status: 'away',
      name: 'Ann',
    });
    await tab.until(({ present }) => present[0]?.status === 'away');
    expect(tab.present).toMatchObject([
      { name: 'Ann', state: { typing: true } },
    ]);
    await ann.close();
    await tab.until(({ present }) => present.length === 0);
  });

  it('outlasts a connection that another has followed, on the same or another instance', async () => {
    await using instances = await startApp();
    const { one, other } = instances;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api: one.api, chatId });
    const first = await SessionTab.open({ api: one.api, chatId, ...asAnn });
    const second = await SessionTab.open({ api: other.api, chatId, ...asAnn });
    await first.close();
    const third = await SessionTab.open({ api: other.api, chatId, ...asAnn });
    await second.close();
    await post({ api: one.api, chatId, actor: 'bob' }, 'presence', {
      deviceId: 'phone',
    });
    await tab.until(({ present }) => present.length === 2);
    const offline = tab.records.filter(
      ({ type, value }) => type === 'presence' && value?.status === 'offline',
    );
    expect(offline).toEqual([]);
    await third.close();
    await tab.until(({ present }) => present.length === 1);
    expect(tab.present).toMatchObject([{ actorId: 'bob' }]);
  });

  it('ends for an agent when its time is over, and once it was told so', async () => {
    const heard: number[] = [];
    const gone = Promise.withResolvers<void>();
    const watcher = {
      ...echo('watcher'),
      respond: async ({ presence }: AgentContext) => {
        heard.push(presence.list().length);
        presence.onChange((present) => {
          heard.push(present.length);
          gone.resolve();
        });
        await gone.promise;
        return spoken(['gone']);
      },
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      presence: { ttlMs: 1_500 },
      agents: { watcher },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    await post({ api, chatId }, 'presence', { deviceId: 'phone' });
    await post({ api, chatId }, 'messages', { message: says('m1', 'x') });
    await tab.untilIdle(1);
    expect(heard).toEqual([1, 0]);
  });

  it.each([
    ['no device', {}],
    ['a status of its own', { deviceId: 'd', status: 'asleep' }],
    ['a large state', { deviceId: 'd', state: 'x'.repeat(5_000) }],
    ['a device that could be another actor’s', { deviceId: 'b:c' }],
    ['no name at all', { deviceId: 'd', name: '' }],
  ])('is refused with %s', async (_, body) => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    const posted = await post({ api, chatId }, 'presence', body);
    expect(posted).toMatchObject({
      status: 400,
      json: { code: 'invalid-request' },
    });
  });
});
