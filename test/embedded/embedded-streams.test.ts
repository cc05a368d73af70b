import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  embeddedStreams,
  type EmbeddedStreams,
} from '../../src/embedded/index.js';

let root: string;
let opened: EmbeddedStreams[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedded-'));
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((streams) => streams.close()));
  await rm(root, { recursive: true, force: true });
});

function open(name = 'chats'): EmbeddedStreams {
  const streams = embeddedStreams({ dir: join(root, name) });
  opened.push(streams);
  return streams;
}

const json = { 'content-type': 'application/json' };

async function put({ url, fetch }: EmbeddedStreams, body: string) {
  return fetch(`${url}/chat-1/log`, { method: 'PUT', headers: json, body });
}

async function read({ url, fetch }: EmbeddedStreams): Promise<unknown> {
  const response = await fetch(`${url}/chat-1/log?offset=-1`);
  expect(response.status).toBe(200);
  return response.json();
}

describe('embeddedStreams', () => {
  it('keeps streams in a directory that did not exist', async () => {
    const streams = open('not/there/yet');
    expect((await put(streams, '[{"n":1}]')).status).toBe(201);
    expect(await read(streams)).toEqual([{ n: 1 }]);
  });

  it('takes what is written into more streams at once than the server keeps open', async () => {
    const { url, fetch } = open();
    const append = async (stream: number, seq: number): Promise<number> => {
      const { status } = await fetch(`${url}/chat-${stream}/log`, {
        method: seq < 0 ? 'PUT' : 'POST',
        headers: {
          ...json,
          ...(seq >= 0 && {
            'producer-id': 'one',
            'producer-epoch': '1',
            'producer-seq': String(seq),
          }),
        },
        body: '[{"n":1}]',
        // One that it loses never comes: any time will do.
        signal: AbortSignal.timeout(30_000),
      });
      return status;
    };
    const written = Array.from({ length: 160 }, async (_, stream) => {
      const statuses: number[] = [];
      for (let seq = -1; seq < 8; seq += 1) {
        statuses.push(await append(stream, seq));
      }
      return statuses.join();
    });
    const statuses = new Set(await Promise.all(written));
    expect([...statuses]).toEqual([['201', ...Array(8).fill('200')].join()]);
  });

  it('has its data again after it was closed and opened anew', async () => {
    const before = open();
    await put(before, '[{"n":1},{"n":2}]');
    await before.close();

    const after = open();
    expect(after).not.toBe(before);
    expect(await read(after)).toEqual([{ n: 1 }, { n: 2 }]);
    await expect(read(before)).rejects.toThrow('were closed');
  });

  it.each([
    ['a frame without its end', Buffer.from('\0\0\0\x40{"n":2,"torn')],
    ['half of a length', Buffer.from('\0\0')],
    ['zeros', Buffer.alloc(64)],
  ])('goes on after a crash that left %s', async (_what, tail) => {
    const before = open();
    await put(before, '[{"n":1}]');
    await before.close();
    const place = join(root, 'chats', 'streams');
    const [file = ''] = await readdir(place);
    await appendFile(join(place, file), tail);

    const after = open();
    const body = '[{"n":3}]';
    const init = { method: 'POST', headers: json, body };
    await after.fetch(`${after.url}/chat-1/log`, init);
    expect(await read(after)).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('opens anew also while it is still being closed', async () => {
    const before = open();
    await put(before, '[{"n":1}]');
    const closing = before.close();
    expect(await read(open())).toEqual([{ n: 1 }]);
    await closing;
  });

  it('is the same server for the same directory, as after a hot reload', async () => {
    const first = open();
    await put(first, '[{"n":1}]');
    vi.resetModules();
    const reloaded = await import('../../src/embedded/index.js');
    expect(reloaded.embeddedStreams).not.toBe(embeddedStreams);

    const second = reloaded.embeddedStreams({ dir: join(root, 'x/../chats') });

    expect(second).toBe(first);
    expect(await read(second)).toEqual([{ n: 1 }]);
  });

  it('starts one server for many requests at once', async () => {
    const streams = open();
    await put(streams, '[]');
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        streams.fetch(`${streams.url}/chat-1/log`, {
          method: 'POST',
          headers: json,
          body: JSON.stringify({ n }),
        }),
      ),
    );
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(await read(streams)).toHaveLength(20);
  });

  it('streams a live read, and ends it by the signal', async () => {
    const streams = open();
    await put(streams, '[{"n":1}]');
    const controller = new AbortController();
    const live = await streams.fetch(
      `${streams.url}/chat-1/log?offset=-1&live=sse`,
      { signal: controller.signal },
    );
    const texts = live.body?.pipeThrough(new TextDecoderStream());
    let seen = '';
    const reading = (async () => {
      for await (const text of texts ?? []) {
        seen += text;
        if (seen.includes('"n":1')) controller.abort(new Error('enough'));
      }
    })();

    await expect(reading).rejects.toThrow('enough');
    expect(seen).toContain('"n":1');
  });

  it('ends a live read when its body is cancelled, or the server closed', async () => {
    const streams = open();
    await put(streams, '[{"n":1}]');
    const live = `${streams.url}/chat-1/log?offset=-1&live=sse`;
    const cancelled = await streams.fetch(live);
    await cancelled.body?.cancel();

    const open_ = await streams.fetch(live);
    const started = performance.now();
    const rest = open_.text().catch(() => 'cut');
    await streams.close();
    await rest;
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it('takes a streamed request body', async () => {
    const streams = open();
    await put(streams, '[]');
    const parts = ['[{"n":', '1},', '{"n":2}]'];
    const body = new ReadableStream({
      pull(controller) {
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
    });
    const init = { method: 'POST', headers: json, body, duplex: 'half' };
    const { status } = await streams.fetch(
      new Request(`${streams.url}/chat-1/log`, init),
    );
    expect(status).toBe(204);
    expect(await read(streams)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('answers HEAD and 404 as a streams server does', async () => {
    const streams = open();
    await put(streams, '[{"n":1}]');
    const head = await streams.fetch(`${streams.url}/chat-1/log`, {
      method: 'HEAD',
    });
    expect(head.status).toBe(200);
    expect(head.headers.get('stream-next-offset')).toMatch(/^\d+_\d+$/);
    expect(head.body).toBeNull();
    const none = await streams.fetch(`${streams.url}/chat-2/log`);
    expect(none.status).toBe(404);
  });

  it('does not send a request whose signal has aborted', async () => {
    const { url, fetch } = open();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(fetch(`${url}/chat-1/log`, { signal })).rejects.toThrow(
      'too late',
    );
  });

  it('asks nobody but its own server', async () => {
    await expect(open().fetch('http://127.0.0.1:1/chat')).rejects.toThrow(
      'is elsewhere',
    );
  });
});
