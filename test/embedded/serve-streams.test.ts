import { embeddedStreams, serveStreams } from 'ai-durable-transport/embedded';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rawStatus } from '../support/raw-status.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'served-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The names that the registry has now. */
async function listed(url: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/v1/stream/__registry__`);
  // CAST: what the test itself has caused to be written.
  const items = (await response.json()) as {
    key: string;
    headers: { operation: string };
  }[];
  const names = new Set<string>();
  for (const { key, headers } of items) {
    if (headers.operation === 'delete') names.delete(key);
    else names.add(key);
  }
  return [...names].toSorted();
}

const put = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'PUT', headers });

describe('serveStreams', () => {
  it('lets programs in, and no web page', async () => {
    const server = await serveStreams({ dir, port: 0 });
    const url = new URL(server.url);
    expect((await put(`${server.url}/chat/log`)).status).toBe(201);
    const asked = (headers: Record<string, string>) =>
      rawStatus(url, '/chat/log', headers);
    expect(await asked({})).toBe(200);
    expect(await asked({ origin: 'http://evil.test' })).toBe(403);
    expect(await asked({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await asked({ host: 'evil.test' })).toBe(403);
    await server.close();
  });

  it.each(['', '/.', '/a/..', 'http://elsewhere'])(
    'lets nobody inject errors, by %j before the path',
    async (before) => {
      const server = await serveStreams({ dir, port: 0 });
      const path = `${before}/_test/inject-error`;
      expect(await rawStatus(new URL(server.url), path)).toBe(403);
      await server.close();
    },
  );

  it('refuses what is no URL', async () => {
    const server = await serveStreams({ dir, port: 0 });
    expect(await rawStatus(new URL(server.url), '//')).toBe(403);
    await server.close();
  });

  it('lets in who has the token, where there is one', async () => {
    const server = await serveStreams({ dir, port: 0, token: 'key' });
    const { url } = server;
    expect((await put(`${url}/c/log`)).status).toBe(403);
    const wrong = { authorization: 'Bearer no' };
    expect((await put(`${url}/c/log`, wrong)).status).toBe(403);
    const right = { authorization: 'Bearer key' };
    expect((await put(`${url}/c/log`, right)).status).toBe(201);
    await server.close();
  });

  it('listens where others reach it with a token only', async () => {
    const open = serveStreams({ dir, port: 0, host: '0.0.0.0' });
    await expect(open).rejects.toMatchObject({ code: 'invalid-request' });
    const given = { dir, port: 0, host: '0.0.0.0', token: 'key' };
    await (await serveStreams(given)).close();
  });

  it('says that the port is taken, and gives the folder back', async () => {
    const first = await serveStreams({ dir: join(dir, 'one'), port: 0 });
    const port = Number(new URL(first.url).port);
    const second = join(dir, 'two');
    await expect(serveStreams({ dir: second, port })).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining(`Port ${port}`),
    });
    await (await serveStreams({ dir: second, port: 0, waitMs: 0 })).close();
    await first.close();
  });

  it('says that the folder is taken', async () => {
    const first = await serveStreams({ dir, port: 0 });
    const second = serveStreams({ dir, port: 0, waitMs: 0 });
    await expect(second).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('directory is held by'),
    });
    await first.close();
  });

  it('lists its streams, those too that were made before', async () => {
    const streams = embeddedStreams({ dir });
    for (const name of ['old', 'gone']) {
      await streams.fetch(`${streams.url}/${name}/log`, { method: 'PUT' });
    }
    await streams.close();
    const server = await serveStreams({ dir, port: 0 });
    const old = ['/streams/gone/log', '/streams/old/log'];
    expect(await listed(server.url)).toEqual(old);
    await put(`${server.url}/v1/stream/new/log`);
    await fetch(`${server.url}/streams/gone/log`, { method: 'DELETE' });
    const now = ['/streams/old/log', 'new/log'];
    await vi.waitFor(async () => expect(await listed(server.url)).toEqual(now));
    await server.close();
  });

  it('takes out of the list what was deleted meanwhile', async () => {
    const first = await serveStreams({ dir, port: 0 });
    await put(`${first.url}/streams/a/log`);
    await first.close();
    const streams = embeddedStreams({ dir });
    await streams.fetch(`${streams.url}/a/log`, { method: 'DELETE' });
    await streams.close();
    const second = await serveStreams({ dir, port: 0 });
    expect(await listed(second.url)).toEqual([]);
    await second.close();
  });
});
