import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { headStream, logTarget } from '../../src/log/index.js';
import { authorizeByHeader, echo, post, says } from '../support/session-app.js';
import { SessionTab } from '../support/session-tab.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

it('does not come back by the leaving of those who were in it', async () => {
  await using instances = await startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
  });
  const { one } = instances;
  const chatId = 'deleted-stays-deleted';
  const tabs = await Promise.all(
    ['laptop', 'phone'].map((deviceId) =>
      SessionTab.open({ api: one.api, chatId, query: { deviceId } }),
    ),
  );
  const at = { api: one.api, chatId };
  await post(at, 'messages', { message: says('m1', 'hello') });
  await Promise.all(tabs.map((tab) => tab.untilIdle(1)));
  await fetch(`${one.api}/${chatId}`, { method: 'DELETE' });
  await Promise.all(tabs.map((tab) => tab.ended));
  await one.settled();
  const { exists } = await headStream(logTarget(streams, chatId));
  expect(exists).toBe(false);
});
