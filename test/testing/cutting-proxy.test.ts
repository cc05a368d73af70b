import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cuttingProxy,
  type CuttingProxy,
  type CuttingProxyOptions,
} from '../../src/testing/index.js';

let upstream: Server;
let target: string;
let seen: string[];
let live: ServerResponse[];
let proxies: CuttingProxy[];

beforeEach(async () => {
  seen = [];
  live = [];
  proxies = [];
  upstream = createServer(
    (request, response) => void answer(request, response),
  );
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const address = upstream.address();
  if (typeof address !== 'object' || address === null) throw new Error('none');
  target = `http://127.0.0.1:${address.port}/base`;
});

afterEach(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  upstream.close();
  upstream.closeAllConnections();
});

const frames = ['data: a\n\n', 'data: b\n\n', 'data: c\n\n'];

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = '';
  for await (const bytes of request.setEncoding('utf8')) body += String(bytes);
  seen.push(`${request.method} ${request.url} ${body}`);
  if (request.url?.endsWith('/live') === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(frames[0]);
    live.push(response);
    return;
  }
  const text = frames.join('');
  response.writeHead(200, {
    'content-length': text.length,
    'set-cookie': ['a=1', 'b=2'],
  });
  response.end(text);
}

async function open(
  options: Omit<CuttingProxyOptions, 'target'> = {},
): Promise<CuttingProxy> {
  const proxy = await cuttingProxy({ target, ...options });
  proxies.push(proxy);
  return proxy;
}

/** What arrives, and how it ends. */
async function readAll(response: Response): Promise<[string, string]> {
  let text = '';
  try {
    const body = response.body?.pipeThrough(new TextDecoderStream()) ?? [];
    for await (const piece of body) text += piece;
    return [text, 'end'];
  } catch (error) {
    return [text, error instanceof TypeError ? 'cut' : String(error)];
  }
}

describe('cuttingProxy', () => {
  it('passes requests and answers on as they are', async () => {
    const { url, requests } = await open();
    const response = await fetch(`${url}/chat?x=1`, {
      method: 'POST',
      body: 'hello',
    });
    expect(await readAll(response)).toEqual([frames.join(''), 'end']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('content-length')).toBe('27');
    expect(seen).toEqual(['POST /base/chat?x=1 hello']);
    expect(requests).toMatchObject([
      { method: 'POST', url: `${url}/chat?x=1`, fault: { kind: 'pass' } },
    ]);
  });

  it('flushes headers and bytes before the answer is complete', async () => {
    const { url } = await open();
    const response = await fetch(`${url}/live`);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(9);
    live[0]?.write(frames[1]);
    expect((await reader?.read())?.value).toHaveLength(9);
    await reader?.cancel();
  });

  it('tells the server when the reader has gone', async () => {
    const { url } = await open();
    const response = await fetch(`${url}/live`);
    await until(() => live.length === 1);
    const gone = once(live[0] ?? upstream, 'close');
    await response.body?.cancel();
    await expect(gone).resolves.toEqual([]);
  });

  it('cuts an answer after so many bytes', async () => {
    const { url } = await open({ script: [{ kind: 'cut', afterBytes: 11 }] });
    const [text, how] = await readAll(await fetch(`${url}/chat`));
    expect(how).toBe('cut');
    // A reset may take back what was not read yet, but adds nothing.
    expect(frames.join('').slice(0, 11)).toContain(text);
  });

  it('ends an answer cleanly after so many frames, its length untold', async () => {
    const { url } = await open({ script: [{ kind: 'end', afterFrames: 2 }] });
    const response = await fetch(`${url}/chat`);
    expect(response.headers.get('content-length')).toBeNull();
    expect(await readAll(response)).toEqual([
      frames.slice(0, 2).join(''),
      'end',
    ]);
  });

  it('stalls: no byte more, no end, and the server knows nothing of it', async () => {
    const { url } = await open({ script: [{ kind: 'stall', afterFrames: 1 }] });
    const signal = AbortSignal.timeout(100);
    const response = await fetch(`${url}/live`, { signal });
    live[0]?.write(frames[1]);
    const [text, how] = await readAll(response);
    expect(text).toBe(frames[0]);
    expect(how).toContain('TimeoutError');
  });

  it('resets before the request has reached the server', async () => {
    const { url } = await open({ script: [{ kind: 'network-error' }] });
    await expect(fetch(`${url}/chat`)).rejects.toThrow(TypeError);
    expect(seen).toEqual([]);
  });

  it('loses the answer to a request that the server has served', async () => {
    const { url } = await open({ script: [{ kind: 'lose-response' }] });
    await expect(
      fetch(`${url}/chat`, { method: 'POST', body: 'x' }),
    ).rejects.toThrow(TypeError);
    expect(seen).toEqual(['POST /base/chat x']);
  });

  it('answers with a status, or late', async () => {
    const { url } = await open({
      script: [
        { kind: 'status', status: 503, body: 'busy' },
        { kind: 'delay', ms: 30 },
      ],
    });
    const busy = await fetch(`${url}/chat`, { method: 'POST', body: 'x' });
    expect([busy.status, await busy.text()]).toEqual([503, 'busy']);
    expect(seen).toEqual([]);
    const started = performance.now();
    expect((await fetch(`${url}/chat`)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
  });

  it('takes another script at any time', async () => {
    const proxy = await open();
    expect((await fetch(`${proxy.url}/chat`)).status).toBe(200);
    proxy.script = [{ kind: 'status', status: 429 }];
    expect((await fetch(`${proxy.url}/chat`)).status).toBe(429);
    expect((await fetch(`${proxy.url}/chat`)).status).toBe(200);
  });

  it.each(['end', 'cut'] as const)(
    'lets no answer last longer than its lifetime (%s)',
    async (how) => {
      const { url } = await open({ lifetime: { ms: 50, how } });
      expect(await readAll(await fetch(`${url}/live`))).toEqual([
        frames[0],
        how,
      ]);
    },
  );

  it.each(['end', 'cut'] as const)(
    'breaks all that is under way (%s)',
    async (how) => {
      const proxy = await open();
      const readers = await Promise.all(
        [1, 2].map(() => fetch(`${proxy.url}/live`)),
      );
      const endings = readers.map(async (reader) => (await readAll(reader))[1]);
      expect(proxy.connections.opened).toBe(2);
      expect(proxy.breakAll(how)).toBe(2);
      expect(await Promise.all(endings)).toEqual([how, how]);
      expect(proxy.breakAll(how)).toBe(0);
    },
  );

  it('breaks also what was not answered yet', async () => {
    const proxy = await open({ script: [{ kind: 'delay', ms: 60_000 }] });
    const asking = fetch(`${proxy.url}/chat`);
    await until(() => proxy.requests.length === 1);
    proxy.breakAll();
    await expect(asking).rejects.toThrow(TypeError);
    await until(() => proxy.connections.open === 0);
  });

  it('goes down, and comes up on the same port', async () => {
    const proxy = await open();
    const { url } = proxy;
    const reading = readAll(await fetch(`${url}/live`));
    await proxy.down();
    expect((await reading)[1]).toBe('cut');
    await expect(fetch(`${url}/chat`)).rejects.toThrow(TypeError);
    await proxy.up();
    expect(proxy.url).toBe(url);
    expect((await fetch(`${url}/chat`)).status).toBe(200);
  });

  it('answers 502 while there is no server behind it', async () => {
    const proxy = await open();
    proxy.target = 'http://127.0.0.1:1';
    expect((await fetch(`${proxy.url}/chat`)).status).toBe(502);
    proxy.script = [{ kind: 'lose-response' }];
    await expect(fetch(`${proxy.url}/chat`)).rejects.toThrow(TypeError);
  });

  it('cuts its reader off when the server dies in mid-answer', async () => {
    const { url } = await open();
    const reading = readAll(await fetch(`${url}/live`));
    upstream.closeAllConnections();
    expect(await reading).toEqual([frames[0], 'cut']);
  });

  it('holds the server back while its reader does not read', async () => {
    const { url } = await open();
    const response = await fetch(`${url}/live`);
    await until(() => live.length === 1);
    const block = new Uint8Array(1 << 20);
    let written = 0;
    while (written < 64 && live[0]?.write(block) === true) written += 1;
    const isHeld = once(live[0] ?? upstream, 'drain').then(() => false);
    const timeout = new Promise((resolve) => setTimeout(resolve, 100, true));
    for (let more = 0; more < 64; more += 1) live[0]?.write(block);
    expect(await Promise.race([isHeld, timeout])).toBe(true);
    await response.body?.cancel();
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
