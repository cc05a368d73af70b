import {
  serveStreams,
  type StreamsServer,
} from 'ai-durable-transport/embedded';
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
