import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadServer } from '../../src/embedded/load-server.js';
import { startPrivateServer } from '../../src/embedded/private-server.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'embedded-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

describe('startPrivateServer', () => {
  it('answers nobody who does not have the key', async () => {
    const { origin, headers, stop } = await startPrivateServer(dir);
    const put = (own: Record<string, string>) =>
      fetch(`${origin}/chat`, { method: 'PUT', headers: own });
    const stranger = await put({});
    expect(stranger.status).toBe(403);
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    expect((await fetch(`${origin}/_test/inject-error`)).status).toBe(403);
    expect((await put({ ...headers })).status).toBe(201);
    await stop();
    await expect(put({ ...headers })).rejects.toThrow(TypeError);
  });
});

describe('the console of the app', () => {
  it('hears nothing of the server but its warnings and errors', async () => {
    const heard: unknown[] = [];
    const hear = (line: unknown): void => void heard.push(line);
    const info = vi.spyOn(console, 'info').mockImplementation(hear);
    const error = vi.spyOn(console, 'error').mockImplementation(hear);
    const own = console.info;
    const first = await startPrivateServer(dir);
    const second = await startPrivateServer(join(dir, 'second'));
    await first.stop();
    await first.stop();
    console.info('[info] store.append slow {"totalMs":51}');
    expect(heard).toEqual([]);
    console.info('[info] of the app');
    console.error('[error] store.append slow');
    expect(heard).toEqual(['[info] of the app', '[error] store.append slow']);
    await second.stop();
    expect(console.info).toBe(own);
    info.mockRestore();
    error.mockRestore();
  });
});

describe('loadServer', () => {
  it('says how to install what is missing', async () => {
    await expect(loadServer('@durable-streams/none')).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('npm install @durable-streams/none'),
    });
  });
});
