import {
  serveStreams,
  type StreamsServer,
} from 'ai-durable-transport/embedded';
import { startStreams } from 'ai-durable-transport/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ChatDirectory } from '../../src/cli/inspect/chat-directory.js';

let dir: string;
let server: StreamsServer;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'directory-'));
  server = await serveStreams({ dir, port: 0 });
});
afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

const put = (path: string) => fetch(`${server.url}${path}`, { method: 'PUT' });

/** A directory, and the chats that it knows now. */
async function listing(path: string, named: readonly string[]) {
  const directory = new ChatDirectory({ url: `${server.url}${path}` }, named);
  const ids = () => directory.chats.chats.map(({ id }) => id);
  await vi.waitUntil(() => directory.chats.isListed);
  return { ids, directory };
}

it.each(['', '/chats', '/v1/stream', '/v1/stream/chats'])(
  'lists the chats under %j as they come and go, and no other streams',
  async (path) => {
    await put(`${path}/a%20b/log`);
    await put(`${path}/a%20b/history`);
    await put(`/elsewhere${path}/other/deep/log`);
    const { ids, directory } = await listing(path, ['named']);
    await vi.waitFor(() => expect(ids()).toEqual(['named', 'a b']));
    await put(`${path}/later/log`);
    await vi.waitFor(() => expect(ids()).toEqual(['named', 'a b', 'later']));
    await fetch(`${server.url}${path}/a%20b/log`, { method: 'DELETE' });
    await vi.waitFor(() => expect(ids()).toEqual(['named', 'later']));
    directory.close();
    await fetch(`${server.url}${path}/later/log`, { method: 'DELETE' });
  },
);

const REGISTRY = '/v1/stream/__registry__';

it('finds the list of a server that makes it only with its first stream', async () => {
  await using streams = await startStreams();
  const directory = new ChatDirectory({ url: streams.url }, [], 20);
  await vi.waitUntil(() => streams.count({ url: REGISTRY }) > 1);
  expect(directory.chats).toMatchObject({ isListed: false });
  const value = { createdAt: 7 };
  const record = { type: 'stream', key: '/v1/stream/first/log', value };
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify([record]);
  const url = new URL(REGISTRY, streams.url);
  await fetch(url, { method: 'PUT', headers, body });
  const chats = [{ id: 'first', createdAt: 7 }];
  await vi.waitFor(() =>
    expect(directory.chats).toEqual({ chats, isListed: true }),
  );
  directory.close();
});

it('says why the server cannot be asked, and asks again', async () => {
  await using streams = await startStreams();
  streams.script = () => ({ kind: 'status', status: 403 });
  const directory = new ChatDirectory({ url: streams.url }, [], 20);
  await vi.waitUntil(() => directory.chats.problem !== undefined);
  expect(directory.chats.problem).toContain('403');
  streams.script = () => ({ kind: 'pass' });
  await vi.waitUntil(() => directory.chats.problem === undefined);
  directory.close();
});
