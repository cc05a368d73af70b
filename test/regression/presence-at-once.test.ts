import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo, post } from '../support/session-app.js';
import { SessionTab } from '../support/session-tab.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('presence-at-once');

const startApp = () =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
  });

const says = [{ state: { typing: true } }, { status: 'away' }, { name: 'A' }];
const whole = { state: { typing: true }, status: 'away', name: 'A' };
const asAnn = { headers: { 'x-actor': 'ann' }, query: { deviceId: 'laptop' } };
const ROUNDS = 8;

describe('what one device says at the same moment', () => {
  it.each(['one instance', 'two instances'])(
    'counts all of it, said to %s',
    async (place) => {
      await using instances = await startApp();
      const { one, other } = instances;
      const apis = place === 'one instance' ? [one.api] : [one.api, other.api];
      for (let round = 0; round < ROUNDS; round += 1) {
        const chatId = nextChat();
        await using ann = await SessionTab.open({
          api: one.api,
          chatId,
          ...asAnn,
        });
        await using tab = await SessionTab.open({ api: other.api, chatId });
        await tab.until(({ present }) => present.length === 1);
        const posts = says.map((said, index) =>
          post(
            { api: apis[index % apis.length] ?? one.api, chatId },
            'presence',
            { deviceId: 'laptop', ...said },
          ),
        );
        await Promise.all(posts);
        // They are answered when the log says so; one record more is the last.
        await post({ api: one.api, chatId }, 'presence', { deviceId: 'end' });
        for (const reader of [ann, tab]) {
          await reader.until(({ present }) => present.length === 2);
          expect(reader.present[0]).toMatchObject(whole);
        }
      }
    },
  );

  it('keeps what is not said: a name alone does not bring back who is away', async () => {
    await using instances = await startApp();
    const at = { api: instances.one.api, chatId: nextChat() };
    await using tab = await SessionTab.open(at);
    for (const said of says) {
      await post(at, 'presence', { deviceId: 'laptop', ...said });
    }
    await tab.until(({ present }) => present[0]?.name === 'A');
    expect(tab.present).toMatchObject([whole]);
  });
});
