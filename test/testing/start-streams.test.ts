import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  startStreams,
  type StartStreamsOptions,
  type TestStreams,
} from '../../src/testing/index.js';

const json = { 'content-type': 'application/json' };

async function put({ url }: TestStreams, body: string): Promise<number> {
  const init = { method: 'PUT', headers: json, body };
  return (await fetch(`${url}/chat-1/log`, init)).status;
}

async function post({ url }: TestStreams, body: string): Promise<number> {
  const init = { method: 'POST', headers: json, body };
  return (await fetch(`${url}/chat-1/log`, init)).status;
}

async function read({ url }: TestStreams): Promise<unknown> {
  return (await fetch(`${url}/chat-1/log?offset=-1`)).json();
}

function follow({ url }: TestStreams): Promise<Response> {
  return fetch(`${url}/chat-1/log?offset=-1&live=sse`);
}

describe('startStreams', () => {
  it('keeps streams, and counts what it was asked', async () => {
    await using streams = await startStreams();
    expect(await put(streams, '[{"n":1}]')).toBe(201);
    expect(await post(streams, '[{"n":2}]')).toBe(204);
    expect(await read(streams)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(streams.count()).toBe(3);
    expect(streams.count({ method: 'POST' })).toBe(1);
    expect(streams.count({ url: 'offset=-1' })).toBe(1);
  });

  it('injects a fault into one chat, once', async () => {
    await using streams = await startStreams();
    await put(streams, '[]');
    streams.injectFault('/chat-2/log', { kind: 'network-error' });
    streams.injectFault('/chat-1/log', {
      kind: 'lose-response',
      when: { method: 'POST' },
    });
    expect(await read(streams)).toEqual([]);
    await expect(post(streams, '[{"n":1}]')).rejects.toThrow(TypeError);
    expect(await read(streams)).toEqual([{ n: 1 }]);
    expect(await post(streams, '[{"n":2}]')).toBe(204);
  });

  it('plays a script after the injected faults', async () => {
    await using streams = await startStreams();
    streams.script = [{ kind: 'status', status: 429, times: 2 }];
    streams.injectFault('/log', { kind: 'status', status: 503 });
    expect(await put(streams, '[]')).toBe(503);
    expect(await put(streams, '[]')).toBe(429);
    expect(await put(streams, '[]')).toBe(429);
    expect(await put(streams, '[]')).toBe(201);
  });

  it.each<StartStreamsOptions>([{}, { fileBacked: true }])(
    'goes down and comes up with its data (%j)',
    async (options) => {
      await using streams = await startStreams(options);
      await put(streams, '[{"n":1}]');
      const live = await follow(streams);
      await streams.down();
      await expect(live.text()).rejects.toThrow(TypeError);
      await expect(read(streams)).rejects.toThrow(TypeError);
      await streams.up();
      expect(await read(streams)).toEqual([{ n: 1 }]);
    },
  );

  it('restarts on the same port and files, with readers attached', async () => {
    await using streams = await startStreams({ fileBacked: true });
    const { url } = streams;
    await put(streams, '[{"n":1}]');
    const live = await follow(streams);
    await streams.restart();
    await expect(live.text()).rejects.toThrow(TypeError);
    expect(streams.url).toBe(url);
    expect(await read(streams)).toEqual([{ n: 1 }]);
    expect(await post(streams, '[{"n":2}]')).toBe(204);
    await streams.restart();
    expect(await read(streams)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('loses nothing that it confirmed while it restarts under load', async () => {
    await using streams = await startStreams({ fileBacked: true });
    await put(streams, '[]');
    const confirmed: number[] = [];
    let isOver = false;
    const writing = (async () => {
      for (let n = 0; !isOver; n += 1) {
        const status = await post(streams, `[{"n":${n}}]`).catch(() => 0);
        if (status === 204) confirmed.push(n);
      }
    })();
    for (let round = 0; round < 3; round += 1) {
      const before = confirmed.length;
      while (confirmed.length < before + 3) await turn();
      await streams.restart();
    }
    isOver = true;
    await writing;
    const stored = JSON.stringify(await read(streams));
    const missing = confirmed.filter((n) => !stored.includes(`{"n":${n}}`));
    expect(missing).toEqual([]);
  });

  it('says why streams in memory cannot be restarted', async () => {
    await using streams = await startStreams();
    await expect(streams.restart()).rejects.toThrow('fileBacked: true');
  });

  it('stops at once with readers attached, and leaves no files', async () => {
    const streams = await startStreams({ fileBacked: true });
    await put(streams, '[]');
    const live = await follow(streams);
    const polling = fetch(
      `${streams.url}/chat-1/log?offset=now&live=long-poll`,
    );
    polling.catch(() => undefined);
    await streams.stop();
    await expect(live.text()).rejects.toThrow(TypeError);
    await expect(access(streams.dir ?? '')).rejects.toThrow('ENOENT');
    await streams.stop();
  });

  it.each<StartStreamsOptions>([{}, { fileBacked: true }])(
    'leaves no timer behind, whoever waited for news (%j)',
    async (options) => {
      const before = timers();
      const streams = await startStreams(options);
      await put(streams, '[]');
      const waiting = [1, 2, 3, 4].map(() => follow(streams));
      const answers = await Promise.all(waiting);
      await vi.waitFor(() => expect(timers()).toBeGreaterThan(before + 3));
      await streams.stop();
      for (const answer of answers) {
        await expect(answer.text()).rejects.toThrow(TypeError);
      }
      await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before));
    },
  );

  it('keeps a directory that it was given', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'streams-'));
    const first = await startStreams({ dir });
    await put(first, '[{"n":1}]');
    await first.stop();
    await using second = await startStreams({ dir });
    expect(await read(second)).toEqual([{ n: 1 }]);
    await rm(dir, { recursive: true });
  });
});

const timers = () =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

const turn = () => new Promise((resolve) => setImmediate(resolve));
