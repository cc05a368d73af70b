import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import type { AgentContext } from 'ai-durable-transport/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo, spoken } from '../support/session-app.js';
import { SessionDevice } from '../support/session-device.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session-status');

const startApp = (pauseMs = 0) =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo', pauseMs) },
  });

describe('the status of a session', () => {
  it('follows a run that another device started, which any device stops', async () => {
    const stopped = Promise.withResolvers<void>();
    const respond = ({ abortSignal }: AgentContext) => {
      abortSignal.addEventListener('abort', () => stopped.resolve());
      return spoken(
        Array.from({ length: 2_000 }, (_, n) => `w${n}`),
        5,
      );
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      agents: { talker: { ...echo('talker'), respond } },
    });
    const chatId = nextChat();
    using ann = new SessionDevice({ api: instances.one.api, chatId });
    using bob = new SessionDevice({ api: instances.other.api, chatId });
    await bob.connected();
    await ann.session.send({ text: 'talk' });
    await bob.until(({ texts }) => texts[1]?.includes('w5') === true);
    expect(bob.now.status).toBe('streaming');
    expect(bob.now.runs).toMatchObject([{ agentId: 'talker' }]);
    expect(await bob.session.stop()).toEqual({ stopped: true });
    await stopped.promise;
    await Promise.all([ann.rests(2), bob.rests(2)]);
    expect(ann.now.runs).toEqual([]);
    expect(ann.now.messages).toEqual(bob.now.messages);
  });

  it('is an error where a run failed, until the conversation goes on', async () => {
    let calls = 0;
    const respond = () => {
      calls += 1;
      if (calls === 1) throw new Error('no model today');
      return spoken(['here', 'again']);
    };
    await using instances = await startInstances({
      streams,
      authorize: authorizeByHeader,
      onError: () => undefined,
      agents: { weak: { ...echo('weak'), respond } },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    using page = new SessionDevice({ api, chatId });
    await page.session.send({ text: 'hello' });
    await page.until(({ now }) => now.status === 'error');
    expect(page.now.error).toMatchObject({ code: 'run-failed' });
    using late = new SessionDevice({ api, chatId, actor: 'bob' });
    await late.until(({ now }) => now.status === 'error');
    await page.session.send({ text: 'and now?' });
    await Promise.all([page.rests(3), late.rests(3)]);
    expect(late.now.error).toBeUndefined();
  });

  it('is an error where the server does not let one in, until that is mended', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    let actor = 'nobody';
    const headers = () => ({ 'x-actor': actor });
    using page = new SessionDevice({ api, chatId, headers });
    await page.until(({ now }) => now.status === 'error');
    expect(page.now).toMatchObject({
      connection: 'idle',
      error: { code: 'forbidden' },
    });
    actor = 'ann';
    page.session.reconnect();
    await page.connected();
    expect(page.now).toMatchObject({ status: 'ready', actorId: 'ann' });
  });
});
