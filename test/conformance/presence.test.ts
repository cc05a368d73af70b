import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import type { AgentContext } from 'ai-durable-transport/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endProcess, startListening } from '../support/listening-process.js';
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
const nextChat = sequence('presence');

/** A device that is connected, as an actor. */
const join = (api: string, chatId: string, [actor, deviceId]: Device) =>
  SessionTab.open({
    api,
    chatId,
    query: { deviceId, name: actor.toUpperCase() },
    headers: { 'x-actor': actor },
  });
type Device = readonly [actor: string, deviceId: string];

const devicesIn = ({ present }: SessionTab): string[] =>
  present.map(({ actorId, deviceId }) => `${actorId} ${deviceId}`).toSorted();

const sees = (devices: readonly string[]) => (tab: SessionTab) =>
  devicesIn(tab).join() === devices.join();

describe('who is in a session', () => {
  it('[A51] is told of while they are connected, each device of its own, and an agent hears of it', async () => {
    const heard: string[][] = [];
    const leave = Promise.withResolvers<void>();
    const watcher = {
      name: 'Watcher',
      triggers: 'user-messages' as const,
      respond: async ({ presence }: AgentContext) => {
        heard.push(presence.list().map(({ deviceId }) => deviceId));
        presence.onChange((present) => {
          heard.push(present.map(({ deviceId }) => deviceId));
          if (heard.length === 3) leave.resolve();
        });
        await leave.promise;
        return spoken(['seen']);
      },
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { watcher },
    });
    const { one, other } = instances;
    const chatId = nextChat();
    await using ann = await join(one.api, chatId, ['ann', 'laptop']);
    await ann.until(sees(['ann laptop']));
    expect(ann.present[0]).toMatchObject({ name: 'ANN', status: 'online' });
    await post({ api: one.api, chatId }, 'messages', {
      message: says('m1', 'x'),
    });
    await ann.until(() => heard.length === 1);
    await using phone = await join(other.api, chatId, ['ann', 'phone']);
    await ann.until(sees(['ann laptop', 'ann phone']));
    await phone.until(sees(['ann laptop', 'ann phone']));
    await ann.until(() => heard.length === 2);
    await phone.close();
    await ann.until(sees(['ann laptop']));
    await ann.untilIdle(1);
    expect(heard).toEqual([['laptop'], ['laptop', 'phone'], ['laptop']]);
  });

  it('[A51] is gone by expiry where their server was killed', async () => {
    const TTL_MS = 1_500;
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      presence: { ttlMs: TTL_MS },
      agents: { echo: echo('echo') },
    });
    const { child, url } = await startListening('agent-server-process.ts', {
      env: {
        STREAMS_URL: streams.url,
        LEASE_MS: '600',
        TTL_MS: String(TTL_MS),
      },
    });
    const chatId = nextChat();
    try {
      const { api } = instances.one;
      await using ann = await join(api, chatId, ['ann', 'laptop']);
      await using bob = await join(`${url}/api/chat`, chatId, ['bob', 'phone']);
      await ann.until(sees(['ann laptop', 'bob phone']));
      // Signs of life keep them there for longer than one of them would.
      const first = bob.records.length;
      await ann.until(({ records }) => records.length > first + 4);
      expect(devicesIn(ann)).toEqual(['ann laptop', 'bob phone']);
      await endProcess(child);
      await bob.ended;
      await ann.until(sees(['ann laptop']), TTL_MS + 5_000);
    } finally {
      await endProcess(child);
    }
  });
});
