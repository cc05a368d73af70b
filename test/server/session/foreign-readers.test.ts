import { stream } from '@durable-streams/client';
import { createStateSchema } from '@durable-streams/state';
import { createStreamDB } from '@durable-streams/state/db';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { decodeRecord } from '../../../src/protocol/index.js';
import { sequence } from '../../support/sequence.js';
import { echo, post, says } from '../../support/session-app.js';
import { SessionTab } from '../../support/session-tab.js';
import { startAsking } from '../../support/start-asking.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('foreign-readers');

const note = z.object({ text: z.string() });
const vote = v.object({ for: v.string(), weight: v.number() });

const any = z.looseObject({});

/** What any reader of the State Protocol needs to know of a session. */
const schema = createStateSchema({
  messages: { type: 'message', primaryKey: 'id', schema: any },
  runs: { type: 'run', primaryKey: 'id', schema: any },
  chunks: { type: 'chunk', primaryKey: 'key', schema: any },
  presence: { type: 'presence', primaryKey: 'key', schema: any },
  agents: { type: 'agent', primaryKey: 'id', schema: any },
  answers: { type: 'answer', primaryKey: 'id', schema: any },
  regenerations: { type: 'regeneration', primaryKey: 'id', schema: any },
  notes: { type: 'note', primaryKey: 'key', schema: note },
  votes: { type: 'vote', primaryKey: 'key', schema: vote },
});

async function startApp() {
  const instances = await startAsking(streams, [], {
    agents: { echo: echo('echo') },
    records: { note, vote },
  });
  const at = { api: instances.one.api, chatId: nextChat() };
  const log = `${at.api}/${at.chatId}/log`;
  return { instances, at, log };
}

type App = Awaited<ReturnType<typeof startApp>>;

/** Two agents answer, one asks first; somebody is there, and writes records. */
async function talk({ at, instances }: App): Promise<SessionTab> {
  const tab = await SessionTab.open({
    ...at,
    query: { deviceId: 'laptop', name: 'Ann' },
    headers: { 'x-actor': 'ann' },
  });
  await post(at, 'messages', { message: says('m1', 'Send it.') });
  await tab.untilIdle(2);
  const approvalId = await openApproval(tab);
  // Of two that answer at once the first counts, and both stand in the log.
  const said = [true, false].map((approved, index) => {
    const { api } = instances.all[index] ?? instances.one;
    return post({ ...at, api, actor: `user ${index}` }, 'answers', {
      approvalId,
      approved,
    });
  });
  await Promise.all(said);
  await tab.untilIdle(3);
  const key = { 'idempotency-key': 'k1' };
  await post({ ...at, headers: key }, 'regenerate', {
    messageId: await answerOf(tab, 'echo'),
  });
  await tab.untilIdle(4);
  const records = [
    { type: 'note', key: 'n1', value: { text: 'zod' } },
    { type: 'note', key: 'n2', value: { text: 'gone' } },
    { type: 'vote', key: 'v1', value: { for: 'valibot', weight: 2 } },
    { type: 'note', key: 'n2', operation: 'delete' },
    { type: 'note', key: 'never there', operation: 'delete' },
  ];
  for (const record of records) await post(at, 'records', record);
  await tab.until(({ app }) => app.size === 2 && !app.has('note n2'));
  return tab;
}

async function openApproval(tab: SessionTab): Promise<string> {
  const parts = (await tab.messages()).flatMap((message) => message.parts);
  const asked = parts.find((part) => 'approval' in part);
  if (asked === undefined || !('approval' in asked)) throw new Error('None.');
  return asked.approval?.id ?? '';
}

async function answerOf(tab: SessionTab, agentId: string): Promise<string> {
  const run = tab.runs().find(({ id }) => id.startsWith(`${agentId}~`));
  if (run === undefined) throw new Error(`${agentId} has not answered.`);
  return run.messageId;
}

describe('a session’s log', () => {
  it('is read live by StreamDB, each type as a collection', async () => {
    const app = await startApp();
    await using _ = app.instances;
    await using tab = await talk(app);
    const { at, log } = app;
    const contentType = 'application/json';
    const db = createStreamDB({
      streamOptions: { url: log, contentType },
      state: schema,
    });
    try {
      await db.preload();
      const rows = (name: keyof typeof db.collections) => [
        ...db.collections[name].toArray,
      ];
      expect(rows('agents')).toMatchObject([
        { id: 'echo', triggers: 'user-messages' },
        { id: 'mailer', name: 'Mailer' },
      ]);
      expect(db.collections.messages.get('m1')).toMatchObject({
        ...says('m1', 'Send it.'),
        actorId: 'ann',
        parentId: null,
      });
      const runs = new Map(tab.runs().map((run) => [run.id, run.status]));
      expect(runs.size).toBe(4);
      for (const [id, status] of runs) {
        expect(db.collections.runs.get(id)).toMatchObject({ status });
      }
      expect(rows('presence')).toMatchObject([
        { actorId: 'ann', deviceId: 'laptop', name: 'Ann', status: 'online' },
      ]);
      expect(rows('answers')).toMatchObject([{ kind: 'approval' }]);
      expect(rows('regenerations')).toMatchObject([
        { id: 'echo~m1~k1', agentId: 'echo', triggerId: 'm1' },
      ]);
      expect(rows('notes')).toMatchObject([{ key: 'n1', text: 'zod' }]);
      expect(rows('votes')).toMatchObject([{ key: 'v1', for: 'valibot' }]);
      expect(JSON.stringify(rows('chunks'))).toContain('Send');
      await post(at, 'presence', { deviceId: 'laptop', status: 'away' });
      await post(at, 'records', {
        type: 'vote',
        key: 'v1',
        value: { for: 'live', weight: 3 },
      });
      await vi.waitFor(
        () => {
          expect(rows('presence')).toMatchObject([{ status: 'away' }]);
          expect(rows('votes')).toMatchObject([{ for: 'live', weight: 3 }]);
        },
        { timeout: 10_000 },
      );
    } finally {
      db.close();
    }
  });

  it('is read by a Durable Streams client, and by fetch alone, each record as the State Protocol has it', async () => {
    const app = await startApp();
    await using _ = app.instances;
    await using tab = await talk(app);
    const { log } = app;
    const read = await stream<{ readonly type: string }>({
      url: log,
      offset: '-1',
      live: false,
      json: true,
    });
    const items = await read.json();
    const plain = await fetch(`${log}?offset=-1`);
    expect(await plain.json()).toEqual(items);
    expect(plain.headers.get('stream-up-to-date')).toBe('true');
    const types = ['agent', 'answer', 'chunk', 'message', 'note', 'presence'];
    expect([...new Set(items.map(({ type }) => type))].toSorted()).toEqual([
      ...types,
      'regeneration',
      'run',
      'vote',
    ]);
    for (const item of items) {
      expect(item).toMatchObject({
        key: expect.any(String),
        headers: {
          operation: expect.stringMatching(/^(insert|update|upsert|delete)$/),
        },
      });
      expect(decodeRecord(item, new Set(['note', 'vote'])).kind).toMatch(
        /^(record|app)$/,
      );
    }
    // What was said by now is read from any place in the log.
    const rest = await fetch(`${log}?offset=${read.offset}`);
    expect(await rest.json()).toEqual([]);
    expect(tab.status).toBe(200);
  });
});
