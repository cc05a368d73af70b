import {
  cuttingProxy,
  faultyFetch,
  startStreams,
  type FaultStep,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLog } from '../support/read-log.js';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo, says } from '../support/session-app.js';
import { SessionDevice } from '../support/session-device.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('durable-session');

const startApp = (pauseMs = 0) =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo', pauseMs) },
  });

const posts = { method: 'POST', url: '/messages' } as const;

async function loggedMessages(chatId: string) {
  const log = await readLog(streams, chatId);
  return log.filter(({ type }) => type === 'message').map(({ key }) => key);
}

describe('what a session shows', () => {
  it('[A48] is what another device says, and its answer, live and in order', async () => {
    await using instances = await startApp(5);
    const chatId = nextChat();
    const { one, other } = instances;
    using ann = new SessionDevice({ api: one.api, chatId });
    using bob = new SessionDevice({ api: other.api, chatId, actor: 'bob' });
    await bob.connected();
    await ann.session.send({ text: 'hello there' });
    await Promise.all([ann.rests(2), bob.rests(2)]);
    expect(bob.texts).toEqual(['hello there', 'echo hears hello there']);
    expect(bob.now.messages).toEqual(ann.now.messages);
    expect(bob.statuses.slice(-2)).toEqual(['streaming', 'ready']);
    expect(bob.shown.length).toBeGreaterThan(3);
    expect(bob.now.actorId).toBe('bob');
    const [question] = bob.now.messages;
    expect(bob.now.authors.get(question?.id ?? '')).toBe('ann');
    expect(bob.now.agents).toEqual([
      { id: 'echo', name: 'echo', triggers: 'user-messages' },
    ]);
  });

  it('goes on over drops without a chunk twice or lost, and without a new snapshot', async () => {
    await using instances = await startApp(5);
    const chatId = nextChat();
    await using proxy = await cuttingProxy({ target: instances.one.url });
    const api = `${proxy.url}/api/chat`;
    using page = new SessionDevice({ api, chatId });
    await page.connected();
    const text = Array.from({ length: 40 }, (_, n) => `w${n}`).join(' ');
    await page.session.send({ text });
    for (const words of [5, 15, 25]) {
      await page.until(
        ({ texts }) => texts[1]?.includes(` w${words}`) === true,
      );
      proxy.breakAll(words === 15 ? 'end' : 'cut');
    }
    await page.rests(2);
    expect(page.texts[1]).toBe(`echo hears ${text}`);
    const asked = proxy.requests.filter(({ url }) => url.includes('/session'));
    // A slow machine may meet two of the drops as one.
    expect(asked.length).toBeGreaterThan(1);
    const later = asked.slice(1).map(({ headers }) => headers['last-event-id']);
    expect(later).not.toContain(undefined);
  });

  it('is told once for all that comes in one go, and shares what stays', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    using writer = new SessionDevice({ api, chatId });
    for (const text of ['one', 'two', 'three']) {
      const { length } = writer.now.messages;
      await writer.session.send({ text });
      await writer.rests(length + 2);
    }
    using reader = new SessionDevice({ api, chatId });
    await reader.rests(6);
    // Connected, and the snapshot: six messages and their runs come in one.
    expect(reader.notified).toBeLessThanOrEqual(3);
    const before = reader.now;
    expect(reader.now).toBe(before);
    await writer.session.send({ text: 'four' });
    await reader.rests(8);
    expect(reader.now.messages.slice(0, 6)).toEqual(before.messages);
    for (const [index, message] of before.messages.entries()) {
      expect(reader.now.messages[index]).toBe(message);
    }
    expect(reader.now.agents).toBe(before.agents);
  });
});

describe('a message that is sent', () => {
  it('[A53] is shown at once under its id, and its record takes its place', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    using page = new SessionDevice({ api, chatId });
    await page.connected();
    const sent = page.session.send({ message: says('m1', 'hello') });
    expect(page.now.messages).toEqual([says('m1', 'hello')]);
    expect(page.now.status).toBe('submitted');
    expect(page.now.unsent).toHaveLength(1);
    await sent;
    await page.rests(2);
    expect(page.now.unsent).toEqual([]);
    expect(page.now.messages[0]).toEqual(says('m1', 'hello'));
    // It never went away, and was never there twice.
    const shown = page.shown.slice(page.shown.findIndex((one) => one.length));
    for (const texts of shown) {
      expect(texts.filter((text) => text === 'hello')).toEqual(['hello']);
    }
    expect(page.statuses.join()).toMatch(/submitted,streaming,ready$/);
  });

  it('[A53] is taken back with an error where the server refuses, and may be sent again', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    const refusal: FaultStep = { kind: 'status', status: 400, when: posts };
    const fetch = faultyFetch([refusal]);
    using page = new SessionDevice({ api, chatId, fetch });
    await page.connected();
    const message = says('m1', 'hello');
    const sent = page.session.send({ message });
    expect(page.texts).toEqual(['hello']);
    await expect(sent).rejects.toMatchObject({ status: 400 });
    expect(page.now.messages).toEqual([]);
    expect(page.now).toMatchObject({ status: 'error', error: { status: 400 } });
    expect(page.now.unsent).toMatchObject([
      { message, error: { status: 400 } },
    ]);
    await page.session.send({ message });
    await page.rests(2);
    expect(page.now).toMatchObject({ unsent: [], error: undefined });
    expect(await loggedMessages(chatId)).toEqual(['m1']);
  });

  it('[A53] waits offline, and goes out in order, once', async () => {
    await using instances = await startApp();
    const chatId = nextChat();
    await using proxy = await cuttingProxy({ target: instances.one.url });
    const api = `${proxy.url}/api/chat`;
    using page = new SessionDevice({ api, chatId });
    await page.connected();
    await proxy.down();
    const ids = ['m1', 'm2', 'm3'];
    const sent = ids.map((id) =>
      page.session.send({ message: says(id, `this is ${id}`) }),
    );
    await page.until(({ now }) => now.connection === 'reconnecting');
    expect(page.now.messages.map(({ id }) => id)).toEqual(ids);
    expect(page.now).toMatchObject({ status: 'submitted', error: undefined });
    await proxy.up();
    await Promise.all(sent);
    await page.rests(6);
    expect(await loggedMessages(chatId)).toEqual(ids);
    const asked = page.now.messages.filter(({ role }) => role === 'user');
    expect(asked.map(({ id }) => id)).toEqual(ids);
  });

  it('[A53] is stored and answered once where the server’s word of it was lost', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    const lost: FaultStep = { kind: 'lose-response', when: posts, times: 2 };
    const fetch = faultyFetch([lost]);
    using page = new SessionDevice({ api, chatId, fetch });
    // Not connected, so that only the answer can tell.
    page.leave();
    await page.session.send({ message: says('m1', 'hello') });
    const tries = fetch.calls.filter(({ url }) => url.endsWith('/messages'));
    expect(tries).toHaveLength(3);
    using reader = new SessionDevice({ api, chatId });
    await reader.rests(2);
    expect(await loggedMessages(chatId)).toEqual(['m1']);
  });

  it('counts as sent when its record comes, whatever becomes of the answer', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    const lost: FaultStep = {
      kind: 'lose-response',
      when: posts,
      times: Infinity,
    };
    const fetch = faultyFetch([lost]);
    using page = new SessionDevice({ api, chatId, fetch });
    await page.connected();
    await page.session.send({ text: 'hello' });
    await page.rests(2);
    expect(page.now.unsent).toEqual([]);
  });

  it('is said otherwise in its place, and what followed it leaves', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    using page = new SessionDevice({ api, chatId });
    using other = new SessionDevice({ api, chatId, actor: 'bob' });
    await page.session.send({ message: says('m1', 'one') });
    await page.rests(2);
    await page.session.send({ message: says('m2', 'two') });
    await page.rests(4);
    const edited = page.session.edit('m1', { text: 'uno' });
    expect(page.texts).toEqual(['uno']);
    await edited;
    const isAnswered = ({ texts }: SessionDevice): boolean =>
      texts[1] === 'echo hears uno';
    await Promise.all([page.until(isAnswered), other.until(isAnswered)]);
    await Promise.all([page.rests(2), other.rests(2)]);
    expect(other.texts).toEqual(['uno', 'echo hears uno']);
    expect(page.now.messages).toEqual(other.now.messages);
    expect(page.now.unsent).toEqual([]);
  });

  it('of somebody else is not edited: it comes back as it was', async () => {
    await using instances = await startApp();
    const { api } = instances.one;
    const chatId = nextChat();
    using ann = new SessionDevice({ api, chatId });
    await ann.session.send({ message: says('m1', 'one') });
    await ann.rests(2);
    using bob = new SessionDevice({ api, chatId, actor: 'bob' });
    await bob.rests(2);
    const edited = bob.session.edit('m1', { text: 'uno' });
    expect(bob.texts).toEqual(['uno']);
    await expect(edited).rejects.toMatchObject({ code: 'forbidden' });
    expect(bob.texts).toEqual(['one', 'echo hears one']);
    bob.session.clearError();
    expect(bob.now).toMatchObject({ status: 'ready', unsent: [] });
  });
});
