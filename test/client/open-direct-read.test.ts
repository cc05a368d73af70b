import { afterEach, expect, it, vi } from 'vitest';
import { openDirectRead } from '../../src/client/direct-read/open-direct-read.js';
import {
  encodeChunkRecord,
  runRecord,
  type DirectRead,
} from '../../src/protocol/index.js';

const READ: DirectRead = {
  url: 'https://cdn.test/log?signature=s',
  expiresInMs: 60_000,
  run: {
    id: 'r1',
    messageId: 'a1',
    parentId: null,
    agentId: 'assistant',
    epoch: 1,
    attempt: 1,
    status: 'active',
    at: 0,
    leaseMs: 15_000,
  },
  frames: 'data: {}\n\n',
  delivered: 0,
  offset: '-1',
};

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('asks for the log once, without cookies and headers, where it is refused', async () => {
  const asked: [unknown, RequestInit][] = [];
  vi.stubGlobal('fetch', async (input: unknown, init: RequestInit) => {
    asked.push([input, init]);
    return new Response('expired', { status: 403 });
  });
  const onUnfit = vi.fn<() => void>();
  const { signal } = new AbortController();
  const answer = Response.json(READ);
  const opened = await openDirectRead(answer, { signal, onUnfit });
  // What it has, and that it stands: then a cut.
  expect(await opened.text()).toBe(`${READ.frames}:\n`);
  expect(onUnfit).toHaveBeenCalledOnce();
  expect(asked).toHaveLength(1);
  const [url, { credentials, headers }] = asked[0] ?? ['', {}];
  expect(url).toBe(`${READ.url}&offset=-1&live=long-poll`);
  expect(credentials).toBe('omit');
  expect([...new Headers(headers)]).toEqual([]);
});

const chunk = (seq: number, text: string): object => {
  const { id: runId, messageId } = READ.run;
  const place = { runId, messageId, actorId: 'assistant', seq };
  const delta = JSON.stringify({ type: 'text-delta', id: 't', delta: text });
  // CAST: a record, made text above.
  return JSON.parse(encodeChunkRecord(place, [delta])) as object;
};

it.each<[string, object, Record<string, string>]>([
  ['a chunk is missing', chunk(2, 'third'), {}],
  ['the run was stopped', runRecord({ ...READ.run, status: 'stopped' }), {}],
  ['the log is closed', chunk(1, 'last'), { 'stream-closed': 'true' }],
])('leaves the rest to the server where %s', async (_, record, own) => {
  const page = JSON.stringify([chunk(0, 'first'), record]);
  const headers = { 'stream-next-offset': '7', ...own };
  vi.stubGlobal('fetch', async () => new Response(page, { headers }));
  const onUnfit = vi.fn<() => void>();
  const { signal } = new AbortController();
  const opened = await openDirectRead(Response.json(READ), { signal, onUnfit });
  const text = await opened.text();
  expect(onUnfit).toHaveBeenCalledOnce();
  expect(text).not.toContain('third');
  expect(text).not.toContain('[DONE]');
});

it('leaves nothing behind for a page that went away meanwhile', async () => {
  vi.useFakeTimers();
  const gone = AbortSignal.abort(new Error('gone'));
  const reader = { signal: gone, onUnfit: () => undefined };
  const opened = openDirectRead(Response.json(READ), reader);
  await expect(opened).rejects.toBe(gone.reason);
  expect(vi.getTimerCount()).toBe(0);
});
