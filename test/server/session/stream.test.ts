import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilLogged } from '../../support/read-log.js';
import { sequence } from '../../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  post,
  says,
} from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startInstances } from '../../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('session-stream');

const startApp = (pauseMs = 0, heartbeatMs = 10_000) =>
  startInstances({
    streams,
    heartbeatMs,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo', pauseMs) },
  });

const isThere = ({ events }: SessionTab): boolean => events.length > 0;

describe('the stream of a session', () => {
  it('begins with a snapshot that says who reads, also of a chat that nobody wrote to', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const headers = { 'x-actor': 'ann' };
    await using tab = await SessionTab.open({
      api,
      chatId: nextChat(),
      headers,
    });
    await tab.until(isThere);
    expect(tab.events[0]).toMatchObject({ event: 'snapshot' });
    expect(tab.events[0]?.id).toBe(tab.lastEventId);
    expect(tab.actorId).toBe('ann');
    expect(tab.records.map(({ type }) => type)).toEqual(['agent']);
  });

  it('shows who joins in the middle of an answer all that was said, then the rest', async () => {
    await using instances = await startApp(60);
    const { one, other } = instances;
    const chatId = nextChat();
    await using first = await SessionTab.open({ api: one.api, chatId });
    const message = says('m1', 'one two three four five six seven eight');
    await post({ api: one.api, chatId }, 'messages', { message });
    await untilLogged(streams, chatId, 'two');
    await using late = await SessionTab.open({ api: other.api, chatId });
    await late.until(isThere);
    expect(late.runs()).toMatchObject([{ status: 'active' }]);
    await Promise.all([first.untilIdle(1), late.untilIdle(1)]);
    expect(await late.messages()).toEqual(await first.messages());
    const seqs = late.records.flatMap((record) =>
      record.type === 'chunk' ? [record.value.seq] : [],
    );
    expect(seqs[0]).toBe(0);
    expect(seqs.length).toBeGreaterThan(1);
  });

  it('gives who comes back exactly what came after, and a snapshot where it does not know the place', async () => {
    await using instances = await startApp();
    const { one, other } = instances;
    const chatId = nextChat();
    await using stays = await SessionTab.open({ api: one.api, chatId });
    const left = await SessionTab.open({ api: one.api, chatId });
    await left.until(isThere);
    await left.close();
    await post({ api: one.api, chatId }, 'messages', {
      message: says('m1', 'hello'),
    });
    await stays.untilIdle(1);
    const headers = { 'last-event-id': left.lastEventId };
    await using back = await SessionTab.open({ api: one.api, chatId, headers });
    await back.until(({ events }) => events.at(-1)?.id === stays.lastEventId);
    expect(back.events.map(({ event }) => event)).not.toContain('snapshot');
    const afterSnapshot = stays.records.slice(1);
    expect(back.records).toEqual(afterSnapshot);
    await using moved = await SessionTab.open({
      api: other.api,
      chatId,
      headers,
    });
    await moved.until(isThere);
    expect(moved.events[0]?.event).toBe('snapshot');
    expect(await moved.texts()).toEqual(['hello', 'echo hears hello']);
    const forged = { 'last-event-id': 'no such place' };
    await using lost = await SessionTab.open({
      api: one.api,
      chatId,
      headers: forged,
    });
    await lost.until(isThere);
    expect(lost.events[0]?.event).toBe('snapshot');
  });

  it('loses nothing of what comes while nobody reads', async () => {
    await using instances = await startApp();
    const { api, chat } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    const request = new Request(`${api}/${chatId}/session`);
    const { body } = await chat.handle(request);
    const reader = body?.getReader();
    let text = '';
    const read = async (): Promise<void> => {
      const { value } = (await reader?.read()) ?? {};
      text += new TextDecoder().decode(value);
    };
    // Each piece is made when it is read, and waits until the next is wanted.
    for (const n of [1, 2, 3]) {
      await read();
      const message = says(`m${n}`, `text ${n}`);
      await post({ api, chatId }, 'messages', { message });
      await tab.untilIdle(n);
    }
    while (!text.includes(`id: ${tab.lastEventId}`)) await read();
    for (const { id } of tab.runs()) {
      expect(text).toContain(`"key":"${id}:0"`);
    }
    await reader?.cancel();
  });

  it('says that it lives while nothing is said', async () => {
    await using instances = await startApp(0, 50);
    const { api } = instances.one;
    await using tab = await SessionTab.open({ api, chatId: nextChat() });
    await tab.until(({ comments }) => comments >= 3);
    expect(tab.events).toHaveLength(1);
  });

  it('ends where the chat is deleted, and tells why', async () => {
    await using instances = await startApp();
    const { api, chat } = instances.one;
    const chatId = nextChat();
    await using tab = await SessionTab.open({ api, chatId });
    await tab.until(isThere);
    await chat.delete(chatId);
    await tab.ended;
    expect(tab.events.at(-1)?.event).toBe('end');
  });

  it('is refused where authorize says so, for presence as for reading', async () => {
    await using instances = await startInstances({
      streams,
      authorize: ({ action }) =>
        action === 'presence'
          ? new Response('no', { status: 418 })
          : { id: 'x' },
      agents: { echo: echo('echo') },
    });
    const { api } = instances.one;
    const chatId = nextChat();
    await using reader = await SessionTab.open({ api, chatId });
    expect(reader.status).toBe(200);
    const query = { deviceId: 'd1' };
    await using device = await SessionTab.open({ api, chatId, query });
    expect(device.status).toBe(418);
  });
});
