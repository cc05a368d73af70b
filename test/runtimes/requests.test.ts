import { beforeAll, describe, expect, it } from 'vitest';
import { largeContent } from '../support/large-content.js';
import { rawRequest } from '../support/raw-request.js';
import { sequence } from '../support/sequence.js';
import { load, postScript, storedRuns } from './support/requests.js';
import { useRuntime } from './support/use-runtime.js';

const app = useRuntime();
const nextChat = sequence('requests');

const SIZE = 300_000;
const JSON_TYPE = { 'content-type': 'application/json' };

function post(body: BodyInit, headers: HeadersInit = JSON_TYPE) {
  const streamed = body instanceof ReadableStream && { duplex: 'half' };
  // CAST: the DOM's types know no `duplex`; a streamed body needs it.
  const init = { method: 'POST', headers, body, ...streamed } as RequestInit;
  return fetch(app.api, init);
}

async function refusalOf(response: Response) {
  // CAST: a problem document has a code.
  const { code } = (await response.json()) as { code: string };
  return [response.status, code];
}

describe.concurrent('a request that is not to be trusted', () => {
  it('is refused for what it brings, and nothing is stored', async () => {
    const before = app.streams.requests.length;
    expect(await refusalOf(await post('{"id": "x"'))).toEqual([
      400,
      'invalid-json',
    ]);
    expect(await refusalOf(await post('{"id":"x","messages":7}'))).toEqual([
      400,
      'invalid-messages',
    ]);
    const plain = { 'content-type': 'text/plain' };
    expect(await refusalOf(await post('{}', plain))).toEqual([
      415,
      'unsupported-content-type',
    ]);
    const put = await fetch(app.api, { method: 'PUT', body: '{}' });
    expect(put.headers.get('allow')).toContain('POST');
    expect(await refusalOf(put)).toEqual([405, 'method-not-allowed']);
    const stored = app.streams.requests
      .slice(before)
      .filter(({ url }) => url.includes('/x/'));
    expect(stored).toEqual([]);
  });

  it('is refused for its size, announced or not', async () => {
    const piece = new Uint8Array(65_536).fill(0x20);
    const announced = await post(new Uint8Array(2_000_000).fill(0x20));
    expect(await refusalOf(announced)).toEqual([413, 'body-too-large']);
    let left = 32;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        left -= 1;
        if (left < 0) controller.close();
        else controller.enqueue(piece);
      },
    });
    expect(await refusalOf(await post(endless))).toEqual([
      413,
      'body-too-large',
    ]);
  });

  it('is refused for a chat id that is a trick', async () => {
    const longest = 'x'.repeat(10_000);
    const ids = ['%2e%2e', '..%2fother', 'a%00b', 'a%5cb', longest];
    const refused = ids.map(async (id) => {
      const path = `${new URL(app.api).pathname}/${id}`;
      const { status } = await rawRequest(app.origin, { path });
      // Next sends a path that it can tidy up to the tidy one.
      return status >= 300 && status < 500;
    });
    expect(await Promise.all(refused)).toEqual(ids.map(() => true));
  });
});

describe.concurrent('a chat', () => {
  it('shows its log to who speaks the Durable Streams protocol', async () => {
    const chatId = nextChat();
    const script = [{ type: 'text', text: 'Hello.' }] as const;
    await (await postScript(app, { chatId, script })).text();
    await storedRuns(app, chatId);
    const response = await fetch(`${app.api}/${chatId}/log?offset=-1`);
    // CAST: every record has a type.
    const records = (await response.json()) as { type: string }[];
    expect(records.map(({ type }) => type)).toContain('message');
    expect(response.headers.get('stream-next-offset')).toMatch(/./);
  });

  it('is gone when it was deleted', async () => {
    const chatId = nextChat();
    const script = [{ type: 'text', text: 'Hello.' }] as const;
    await (await postScript(app, { chatId, script })).text();
    await storedRuns(app, chatId);
    const url = `${app.api}/${chatId}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
    expect((await load(app, chatId)).messages).toEqual([]);
  });
});

describe('a large part', () => {
  const { bytes, base64: data, sha256 } = largeContent(SIZE);
  let url: string;

  beforeAll(async () => {
    const script = [{ type: 'file', mediaType: 'image/png', data }] as const;
    const chatId = nextChat();
    const posted = await postScript(app, { chatId, script });
    const [, path = ''] = /"url":"([^"]+)"/.exec(await posted.text()) ?? [];
    await storedRuns(app, chatId);
    url = new URL(path, app.origin).href;
  });

  it('is stored under the digest of its bytes, and comes back as it was', async () => {
    expect(url.endsWith(`/blobs/${sha256}`)).toBe(true);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    const { keepsLength } = app.runtime;
    const length = (method: 'GET' | 'HEAD') =>
      keepsLength.includes(method) ? String(SIZE) : null;
    expect(response.headers.get('content-length')).toBe(length('GET'));
    expect(await response.bytes()).toEqual(bytes);
    const etag = response.headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(length('HEAD'));
  });

  it('comes in ranges', async () => {
    const headers = { range: 'bytes=100000-100099' };
    const part = await fetch(url, { headers });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(
      `bytes 100000-100099/${SIZE}`,
    );
    expect(await part.bytes()).toEqual(bytes.subarray(100_000, 100_100));
    const beyond = await fetch(url, { headers: { range: `bytes=${SIZE}-` } });
    expect(beyond.status).toBe(416);
  });
});
