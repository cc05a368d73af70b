import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdBlob } from '../support/hold-blob.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

describe('[A39] a large part', () => {
  it('is served whole, for ever, to whoever may read the chat', async () => {
    await using held = await holdBlob({ streams });
    const { content, url } = held;
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(content.bytes.length),
      'cache-control': 'private, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      etag: `"${content.sha256}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect((await bytesOf(response)).equals(content.bytes)).toBe(true);
  });

  it('is told of without its bytes', async () => {
    await using held = await holdBlob({ streams });
    const { content, url } = held;
    const head = await fetch(url, {
      method: 'HEAD',
      headers: { range: 'bytes=0-9' },
    });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(
      String(content.bytes.length),
    );
    const held304 = await fetch(url, {
      headers: { 'if-none-match': `"other", W/"${content.sha256}"` },
    });
    expect(held304.status).toBe(304);
    expect(await held304.text()).toBe('');
  });

  it('is served in ranges', async () => {
    await using held = await holdBlob({ streams });
    const { content, url } = held;
    const { length } = content.bytes;
    const last = length - 1;
    const ranges: readonly (readonly [string, number, number])[] = [
      ['bytes=0-0', 0, 0],
      ['bytes=100-', 100, last],
      ['bytes=65530-131080', 65_530, 131_080],
      ['bytes=-7', last - 6, last],
      [`bytes=5-${length * 2}`, 5, last],
      [`bytes=-${length * 2}`, 0, last],
    ];
    for (const [range, from, to] of ranges) {
      const response = await fetch(url, { headers: { range } });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(
        `bytes ${from}-${to}/${length}`,
      );
      const wanted = content.bytes.subarray(from, to + 1);
      expect((await bytesOf(response)).equals(wanted)).toBe(true);
    }
  });

  it('is served whole where a range was asked for of something else', async () => {
    await using held = await holdBlob({ streams });
    const { content, url } = held;
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const response = await fetch(url, { headers });
      await response.arrayBuffer();
      return response.status;
    };
    const range = 'bytes=0-9';
    const etag = `"${content.sha256}"`;
    expect(await ask({ range, 'if-range': etag })).toBe(206);
    expect(await ask({ range, 'if-range': '"another"' })).toBe(200);
    expect(await ask({ range: 'bytes=0-1,5-6' })).toBe(200);
    expect(await ask({ range: 'bytes=9-1' })).toBe(200);
    expect(await ask({ range: 'chapters=1' })).toBe(200);
  });

  it('has no bytes beyond its end', async () => {
    await using held = await holdBlob({ streams });
    const { content, url } = held;
    const range = `bytes=${content.bytes.length}-`;
    const response = await fetch(url, { headers: { range } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(
      `bytes */${content.bytes.length}`,
    );
    expect(await response.text()).toBe('');
  });

  it.each([
    ['text/html', 'application/octet-stream'],
    ['image/svg+xml', 'image/svg+xml'],
    ['text/javascript', 'application/octet-stream'],
    ['application/xhtml+xml', 'application/octet-stream'],
    ['application/pdf', 'application/pdf'],
    ['chemical/x-pdb', 'application/octet-stream'],
    ['text/html\r\nset-cookie: a=b', 'application/octet-stream'],
    ['nonsense', 'application/octet-stream'],
  ])('of the type %j runs nowhere', async (claimed, served) => {
    await using held = await holdBlob({ streams }, claimed);
    const { headers } = await fetch(held.url);
    expect(headers.get('content-type')).toBe(served);
    expect(headers.get('content-disposition')).toBe('attachment');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('set-cookie')).toBeNull();
  });
});

describe('[A42] a path to a large part', () => {
  it.each([
    '/blobs',
    '/blobs/',
    '/blobs/index',
    '/blobs/..%2flog',
    `/blobs/${'a'.repeat(63)}`,
    `/blobs/${'a'.repeat(65)}`,
    `/blobs/${'A'.repeat(64)}`,
    `/blobs/${'%61'.repeat(64)}`,
    `/blobs/${'a'.repeat(64)}/x`,
    '/blobs/%00',
    `/stream/${'a'.repeat(64)}`,
  ])('that is none leads nowhere: %s', async (below) => {
    const chat = createDurableChat({
      streams: { url: 'http://127.0.0.1:1' },
      authorize: allowAnyone(),
    });
    // By hand, for `fetch` would tidy the path.
    const request = new Request('http://localhost/api/chat/c1');
    Object.defineProperty(request, 'url', {
      value: `http://localhost/api/chat/c1${below}`,
    });
    const { status } = await chat.handle(request);
    expect([400, 404]).toContain(status);
  });

  it('takes no other method', async () => {
    await using held = await holdBlob({ streams });
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await fetch(held.url, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
    }
  });
});
