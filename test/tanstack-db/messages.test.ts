import { createCollection, createLiveQueryCollection, eq } from '@tanstack/db';
import { messagesCollectionOptions } from 'ai-durable-transport/tanstack-db';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gate } from '../support/gate.js';
import { sequence } from '../support/sequence.js';
import {
  authorizeByHeader,
  echo,
  says,
  textOf,
} from '../support/session-app.js';
import { SessionDevice } from '../support/session-device.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('db-messages');

const startApp = (pauseMs = 0) =>
  startInstances({
    streams,
    authorize: (request) => {
      const actor = authorizeByHeader(request);
      if (request.action !== 'send') return actor;
      if (request.request.headers.get('x-actor') === 'reader') {
        throw new Error('may not send');
      }
      return actor;
    },
    agents: { echo: echo('echo', pauseMs) },
  });

const messagesOf = ({ session }: SessionDevice) =>
  createCollection(messagesCollectionOptions({ session }));

describe('the messages of a session, as a collection', () => {
  it('are found by live queries while they are written, in their order', async () => {
    await using app = await startApp(1);
    const chatId = nextChat();
    using ann = new SessionDevice({ api: app.one.api, chatId });
    using bob = new SessionDevice({ api: app.other.api, chatId, actor: 'bob' });
    const messages = messagesOf(bob);
    const ordered = createLiveQueryCollection((q) =>
      q
        .from({ message: messages })
        .orderBy(({ message }) => message.position)
        .select(({ message }) => ({
          id: message.id,
          authorId: message.authorId,
          parts: message.parts,
        })),
    );
    const answers = createLiveQueryCollection((q) =>
      q
        .from({ message: messages })
        .where(({ message }) => eq(message.role, 'assistant')),
    );
    await Promise.all([ordered.preload(), answers.preload()]);
    expect(ordered.toArray).toEqual([]);
    await ann.session.send({ text: 'zero' });
    await bob.session.send({ text: 'one' });
    await bob.rests(4);
    expect(ordered.toArray.map(({ authorId }) => authorId)).toEqual(
      bob.now.messages.map(({ id }) => bob.now.authors.get(id)),
    );
    expect(ordered.toArray.map(({ id }) => id)).toEqual(
      bob.now.messages.map(({ id }) => id),
    );
    expect(answers.toArray.map((one) => textOf(one)).toSorted()).toEqual([
      'echo hears one',
      'echo hears zero',
    ]);
    expect(messages.toArray.map((one) => textOf(one))).toEqual(bob.texts);
  });

  it('change by one row for a chunk, however many there are', async () => {
    await using app = await startApp(40);
    const chatId = nextChat();
    using page = new SessionDevice({ api: app.one.api, chatId });
    await page.connected();
    for (let round = 0; round < 4; round += 1) {
      await page.session.send({ text: `round ${round}` });
      await page.rests(2 * round + 2);
    }
    const messages = messagesOf(page);
    await messages.preload();
    const rows = new Map(messages.entries());
    const batches: string[][] = [];
    messages.subscribeChanges((changes) => {
      batches.push(changes.map(({ type, key }) => `${type} ${key}`));
    });
    await page.session.send({ message: says('last', 'a b c d e f g h i j') });
    await page.rests(10);
    const answerId = page.now.messages[9]?.id;
    const answering = batches.slice(
      batches.findIndex((one) => one.includes(`insert ${answerId}`)),
    );
    expect(answering.length).toBeGreaterThan(3);
    expect(new Set(answering.flat())).toEqual(
      new Set([`insert ${answerId}`, `update ${answerId}`]),
    );
    expect(answering.every(({ length }) => length === 1)).toBe(true);
    for (const [id, row] of rows) expect(messages.get(id)).toBe(row);
  });
});

describe('a message that is put into a collection', () => {
  it('shows at once, is sent, and stays the same row for everybody', async () => {
    await using app = await startApp();
    const chatId = nextChat();
    const held = gate();
    using ann = new SessionDevice({
      api: app.one.api,
      chatId,
      fetch: async (url, init) => {
        // CAST: a session asks for texts.
        if ((url as string).endsWith('/messages')) await held.opened;
        return fetch(url, init);
      },
    });
    using bob = new SessionDevice({ api: app.other.api, chatId, actor: 'bob' });
    await bob.session.send({ text: 'before' });
    await Promise.all([ann.rests(2), bob.rests(2)]);
    const messages = messagesOf(ann);
    await messages.preload();
    const shown: (readonly string[])[] = [];
    messages.subscribeChanges(() => {
      shown.push(messages.toArray.map(({ id }) => id));
    });
    const sent = messages.insert([
      { id: 'm-2', parts: [{ type: 'text', text: 'second' }] },
      { id: 'm-1', parts: [{ type: 'text', text: 'first' }] },
    ]);
    expect(messages.get('m-2')).toMatchObject({
      role: 'user',
      authorId: 'ann',
      position: 2,
      $hasPendingWrites: true,
    });
    expect(messages.get('m-1')?.position).toBe(3);
    held.open();
    await sent.isPersisted.promise;
    expect(sent.state).toBe('completed');
    expect(messages.get('m-2')).toMatchObject({ $hasPendingWrites: false });
    await Promise.all([ann.rests(6), bob.rests(6)]);
    // From the first moment on there was no list without it.
    expect(shown.every((ids) => ids.includes('m-2'))).toBe(true);
    const said = bob.now.messages.filter(({ role }) => role === 'user');
    expect(said.map(({ id }) => id).slice(1)).toEqual(['m-2', 'm-1']);
    expect(messages.toArray.map((one) => textOf(one))).toEqual(bob.texts);
  });

  it('is taken back where the server does not take it', async () => {
    await using app = await startApp();
    const { api } = app.one;
    using reader = new SessionDevice({
      api,
      chatId: nextChat(),
      actor: 'reader',
    });
    await reader.connected();
    const messages = messagesOf(reader);
    await messages.preload();
    const sent = messages.insert({
      id: 'refused',
      parts: [{ type: 'text', text: 'let me in' }],
    });
    expect(messages.has('refused')).toBe(true);
    await expect(sent.isPersisted.promise).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(messages.toArray).toEqual([]);
    expect(sent.state).toBe('failed');
  });

  it('is taken back, and the collection is read all the same, where that comes first', async () => {
    await using app = await startApp();
    const held = gate();
    using reader = new SessionDevice({
      api: app.one.api,
      chatId: nextChat(),
      actor: 'reader',
      fetch: async (url, init) => {
        // CAST: a session asks for texts.
        if ((url as string).includes('/session')) await held.opened;
        return fetch(url, init);
      },
    });
    const messages = messagesOf(reader);
    const ready = messages.preload();
    const parts = [{ type: 'text' as const, text: 'let me in' }];
    const sent = messages.insert({ id: 'refused', parts });
    await expect(sent.isPersisted.promise).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(messages.status).toBe('loading');
    held.open();
    await ready;
    expect(messages.toArray).toEqual([]);
  });

  it('is edited by an update, and what followed it leaves', async () => {
    await using app = await startApp();
    const chatId = nextChat();
    using ann = new SessionDevice({ api: app.one.api, chatId });
    using bob = new SessionDevice({ api: app.other.api, chatId, actor: 'bob' });
    await bob.connected();
    await ann.session.send({ message: says('said', 'wrnog') });
    await Promise.all([ann.rests(2), bob.rests(2)]);
    const messages = messagesOf(ann);
    await messages.preload();
    const edited = messages.update('said', (draft) => {
      draft.parts = [{ type: 'text', text: 'right' }];
    });
    expect(textOf(messages.get('said'))).toBe('right');
    await edited.isPersisted.promise;
    await vi.waitUntil(() => bob.texts[1] === 'echo hears right');
    await ann.rests(2);
    expect(messages.toArray.map((one) => textOf(one))).toEqual([
      'right',
      'echo hears right',
    ]);
    const denied = messages.update(messages.toArray[1]?.id ?? '', (draft) => {
      draft.parts = [{ type: 'text', text: 'not what it said' }];
    });
    await expect(denied.isPersisted.promise).rejects.toMatchObject({
      name: 'DurableChatError',
    });
    expect(messages.toArray.map((one) => textOf(one))).toEqual([
      'right',
      'echo hears right',
    ]);
  });
});
