import {
  BasicIndex,
  createCollection,
  createLiveQueryCollection,
  eq,
  localOnlyCollectionOptions,
} from '@tanstack/db';
import { DurableSession } from 'ai-durable-transport/session';
import {
  agentsCollectionOptions,
  messagesCollectionOptions,
  presenceCollectionOptions,
  runsCollectionOptions,
} from 'ai-durable-transport/tanstack-db';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EAGER } from '../support/journey.js';
import { sequence } from '../support/sequence.js';
import { authorizeByHeader, echo } from '../support/session-app.js';
import { SessionDevice } from '../support/session-device.js';
import { startInstances } from '../support/start-instances.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('db-presence');

const startApp = (pauseMs = 0) =>
  startInstances({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo', pauseMs) },
  });

/** What TanStack DB wants for joins. */
const INDEXED = { autoIndex: 'eager', defaultIndexType: BasicIndex } as const;

/** The app's own users, of which the session knows nothing but the ids. */
const usersOfTheApp = () =>
  createCollection(
    localOnlyCollectionOptions({
      getKey: ({ id }: { id: string; fullName: string }) => id,
      ...INDEXED,
      initialData: [
        { id: 'ann', fullName: 'Ann Lee' },
        { id: 'bob', fullName: 'Bob Hill' },
        { id: 'eve', fullName: 'Eve Moor' },
      ],
    }),
  );

describe('the presence of a session, as a collection', () => {
  it("joins with the app's own users, and says who comes and goes", async () => {
    await using app = await startApp();
    const chatId = nextChat();
    using ann = new SessionDevice({ api: app.one.api, chatId, deviceId: 'a' });
    await ann.connected();
    const presence = createCollection(presenceCollectionOptions(ann));
    const users = usersOfTheApp();
    const online = createLiveQueryCollection((q) =>
      q
        .from({ device: presence })
        .innerJoin({ user: users }, ({ device, user }) =>
          eq(device.actorId, user.id),
        )
        .where(({ device }) => eq(device.status, 'online'))
        .orderBy(({ user }) => user.fullName)
        .orderBy(({ device }) => device.deviceId)
        .select(({ device, user }) => ({
          device: device.deviceId,
          name: user.fullName,
        })),
    );
    await online.preload();
    const names = () =>
      online.toArray.map(({ name, device }) => `${name} on ${device}`);
    await vi.waitUntil(() => names().length === 1);
    const bob = { api: app.other.api, chatId, actor: 'bob' };
    const phone = new SessionDevice({ ...bob, deviceId: 'phone' });
    const laptop = new SessionDevice({ ...bob, deviceId: 'laptop' });
    await vi.waitUntil(() => names().length === 3);
    expect(names()).toEqual([
      'Ann Lee on a',
      'Bob Hill on laptop',
      'Bob Hill on phone',
    ]);
    expect(presence.get('bob:phone')).toMatchObject({ actorId: 'bob' });
    phone.session.close();
    await vi.waitUntil(() => names().length === 2);
    users.update('bob', (draft) => {
      draft.fullName = 'Aaron Hill';
    });
    expect(names()).toEqual(['Aaron Hill on laptop', 'Ann Lee on a']);
    laptop.session.close();
    await vi.waitUntil(() => names().length === 1);
  });
});

describe('the agents and runs of a session, as collections', () => {
  it('say which agent is writing which message', async () => {
    await using app = await startApp(20);
    const chatId = nextChat();
    using ann = new SessionDevice({ api: app.one.api, chatId });
    const agents = createCollection(agentsCollectionOptions(ann));
    const { session } = ann;
    const runs = createCollection(
      runsCollectionOptions({ session, ...INDEXED }),
    );
    const messages = createCollection(
      messagesCollectionOptions({ session, ...INDEXED }),
    );
    const writing = createLiveQueryCollection((q) =>
      q
        .from({ run: runs })
        .innerJoin({ agent: agents }, ({ run, agent }) =>
          eq(run.agentId, agent.id),
        )
        .innerJoin({ message: messages }, ({ run, message }) =>
          eq(run.messageId, message.id),
        )
        .select(({ run, agent, message }) => ({
          id: run.id,
          name: agent.name,
          role: message.role,
        })),
    );
    await writing.preload();
    const seen: unknown[] = [];
    writing.subscribeChanges((changes) => {
      seen.push(...changes.map(({ type, value }) => [type, value.name]));
    });
    await ann.session.send({ text: 'one two three four' });
    await ann.rests(2);
    expect(seen).toContainEqual(['insert', 'echo']);
    expect(seen.at(-1)).toEqual(['delete', 'echo']);
    expect(writing.toArray).toEqual([]);
  });
});

describe('a collection of a session', () => {
  it('keeps the session connected for as long as it syncs, and takes it up again', async () => {
    await using app = await startApp();
    const session = new DurableSession({
      api: app.one.api,
      chatId: nextChat(),
      headers: { 'x-actor': 'ann' },
      reconnect: EAGER,
    });
    const agents = createCollection(
      agentsCollectionOptions({ session, id: 'my-agents' }),
    );
    expect(agents.id).toBe('my-agents');
    expect(session.getSnapshot().connection).toBe('idle');
    await agents.preload();
    expect(agents.toArray.map(({ id }) => id)).toEqual(['echo']);
    expect(session.getSnapshot().connection).toBe('connected');
    await agents.cleanup();
    await vi.waitUntil(() => session.getSnapshot().connection === 'idle');
    await agents.preload();
    expect(agents.toArray.map(({ id }) => id)).toEqual(['echo']);
    session.close();
  });

  it('is in error where the server does not let one in, until that is mended', async () => {
    await using app = await startApp();
    let actor = 'nobody';
    using page = new SessionDevice({
      api: app.one.api,
      chatId: nextChat(),
      headers: () => ({ 'x-actor': actor }),
    });
    const agents = createCollection(agentsCollectionOptions(page));
    await expect(agents.preload()).rejects.toMatchObject({ code: 'forbidden' });
    expect(agents.status).toBe('error');
    actor = 'ann';
    page.session.reconnect();
    await vi.waitUntil(() => agents.status === 'ready');
    expect(agents.has('echo')).toBe(true);
  });
});
