import {
  createCollection,
  createLiveQueryCollection,
  createOptimisticAction,
  eq,
} from '@tanstack/db';
import {
  messagesCollectionOptions,
  recordsCollectionOptions,
} from 'ai-durable-transport/tanstack-db';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import * as v from 'valibot';
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  expectTypeOf,
  it,
  vi,
} from 'vitest';
import { z } from 'zod';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo } from '../support/session-app.js';
import { SessionDevice } from '../support/session-device.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('db-records');

const Todo = z.object({
  id: z.string(),
  text: z.string().max(20),
  done: z.boolean().default(false),
});
const Mark = v.object({
  messageId: v.string(),
  stars: v.pipe(v.number(), v.minValue(1)),
});
const TYPES = { todo: Todo, mark: Mark };

const startApp = () =>
  startInstances((index) => ({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo') },
    // The other instance is of a version that lets everything pass.
    records: index === 0 ? TYPES : { todo: z.unknown(), mark: z.unknown() },
  }));

const todosOf = ({ session }: SessionDevice, schema = Todo) =>
  createCollection(
    recordsCollectionOptions({
      session,
      type: 'todo',
      schema,
      getKey: ({ id }) => id,
    }),
  );

const marksOf = ({ session }: SessionDevice) =>
  createCollection(
    recordsCollectionOptions({
      session,
      type: 'mark',
      schema: Mark,
      getKey: ({ messageId }) => messageId,
    }),
  );

/** Two users of one chat. */
async function pair(api: string) {
  const chatId = nextChat();
  const options = { api, chatId, records: TYPES };
  const ann = new SessionDevice(options);
  const bob = new SessionDevice({ ...options, actor: 'bob' });
  await Promise.all([ann.connected(), bob.connected()]);
  return {
    ann,
    bob,
    [Symbol.dispose]() {
      for (const { session } of [ann, bob]) session.close();
    },
  };
}

describe('records of the app’s own types, as a collection', () => {
  it('are inserted, changed and deleted here, and seen there', async () => {
    await using app = await startApp();
    using both = await pair(app.one.api);
    const { ann, bob } = both;
    const [mine, theirs] = [todosOf(ann), todosOf(bob)];
    const open = createLiveQueryCollection((q) =>
      q.from({ todo: theirs }).where(({ todo }) => eq(todo.done, false)),
    );
    await Promise.all([mine.preload(), open.preload()]);
    const seen: (boolean | undefined)[] = [];
    mine.subscribeChanges(() => {
      const isDone = mine.get('a')?.done;
      if (seen.at(-1) !== isDone) seen.push(isDone);
    });
    const inserted = mine.insert([
      { id: 'a', text: 'milk' },
      { id: 'b', text: 'bread' },
    ]);
    expect(mine.get('a')).toMatchObject({ text: 'milk', done: false });
    expectTypeOf(open.toArray[0]?.done).toEqualTypeOf<boolean | undefined>();
    await inserted.isPersisted.promise;
    await vi.waitUntil(() => open.size === 2);
    expect(open.toArray.map(({ text }) => text)).toEqual(['milk', 'bread']);
    await mine.update('a', (draft) => {
      draft.done = true;
    }).isPersisted.promise;
    await vi.waitUntil(() => open.size === 1);
    expect(theirs.get('a')).toMatchObject({ text: 'milk', done: true });
    await theirs.delete('b').isPersisted.promise;
    await vi.waitUntil(() => mine.size === 1);
    // It never fell back to what it was between its answer and its record.
    expect(seen).toEqual([false, true]);
    expect(ann.now.records.get('todo')?.get('a')).toEqual({
      id: 'a',
      text: 'milk',
      done: true,
    });
  });

  it('are not written where the schema does not pass them, and taken back where the server does not', async () => {
    await using app = await startApp();
    using both = await pair(app.one.api);
    const strict = todosOf(both.ann);
    await strict.preload();
    const text = 'much more than twenty characters';
    expect(() => strict.insert({ id: 'a', text })).toThrow('Too big');
    const todos = todosOf(both.ann, Todo.extend({ text: z.string() }));
    await todos.preload();
    const refused = todos.insert({ id: 'a', text });
    expect(todos.has('a')).toBe(true);
    await expect(refused.isPersisted.promise).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(todos.size).toBe(0);
  });

  it('are read as any Standard Schema has them, without those that it does not pass', async () => {
    await using app = await startApp();
    using both = await pair(app.other.api);
    const { ann, bob } = both;
    const [marks, todos] = [marksOf(bob), todosOf(bob)];
    await Promise.all([marks.preload(), todos.preload()]);
    const write = (type: string, key: string, value: unknown) =>
      ann.session.write({ type, key, value });
    await write('mark', 'none', { messageId: 'none', stars: 0 });
    await write('mark', 'other', { messageId: 'not the key', stars: 3 });
    await write('todo', 'bad', { id: 'bad', text: 'x'.repeat(21) });
    await write('todo', 'plain', { id: 'plain', text: 'no default' });
    await write('mark', 'm', { messageId: 'm', stars: 2 });
    await vi.waitUntil(() => marks.size > 0 && todos.size > 0);
    expect(marks.toArray).toMatchObject([{ messageId: 'm', stars: 2 }]);
    // What the schema makes of the value is the row.
    expect(todos.toArray).toMatchObject([
      { id: 'plain', text: 'no default', done: false },
    ]);
    expect(bob.now.records.get('mark')?.has('none')).toBe(false);
    await write('mark', 'm', { messageId: 'm', stars: -1 });
    await write('mark', 'n', { messageId: 'n', stars: 1 });
    await vi.waitUntil(() => marks.has('n'));
    expect(marks.get('m')).toMatchObject({ stars: 2 });
  });

  it('are written with a message by one action, and taken back with it where that fails', async () => {
    await using app = await startApp();
    using both = await pair(app.one.api);
    const { ann, bob } = both;
    const todos = todosOf(ann);
    const messages = createCollection(messagesCollectionOptions(ann));
    await Promise.all([todos.preload(), messages.preload()]);
    const plan = createOptimisticAction<{ id: string; text: string }>({
      onMutate: ({ id, text }) => {
        todos.insert({ id, text });
        messages.insert({ id, parts: [{ type: 'text', text }] });
      },
      mutationFn: async ({ id, text }) => {
        const value = id === 'bad' ? { id } : { id, text };
        await ann.session.write({ type: 'todo', key: id, value });
        const parts = [{ type: 'text' as const, text }];
        await ann.session.send({ message: { id, parts } });
      },
    });
    const failing = plan({ id: 'bad', text: 'not like this' });
    expect([todos.has('bad'), messages.has('bad')]).toEqual([true, true]);
    await expect(failing.isPersisted.promise).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect([todos.size, messages.size]).toEqual([0, 0]);
    await plan({ id: 'good', text: 'like this' }).isPersisted.promise;
    expect(messages.get('good')).toMatchObject({ authorId: 'ann' });
    await vi.waitUntil(() => todos.has('good'));
    await Promise.all([ann.rests(2), bob.rests(2)]);
    expect(bob.texts).toEqual(['like this', 'echo hears like this']);
  });
});
