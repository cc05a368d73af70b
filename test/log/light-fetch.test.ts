import { once } from 'node:events';
import http, {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lightFetch } from '../../src/log/light-fetch.js';

let server: Server;
let url: string;
let answer: (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
) => void | Promise<void>;

beforeEach(async () => {
  server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // CAST: a server that listens on TCP has an address of this kind.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat/log`;
});

afterEach(() => {
  vi.unstubAllGlobals();
  server.close();
  server.closeAllConnections();
});

function fetchLightly(init: RequestInit): Promise<Response> {
  const fetch = lightFetch();
  if (fetch === undefined) throw new Error('There is none in this runtime.');
  return fetch(url, init);
}

describe('the light fetch', () => {
  it('sends method, headers and text as fetch does, and reads the answer', async () => {
    let seen: unknown;
    answer = async (incoming, outgoing) => {
      const { method, headers, url: path } = incoming;
      const [type, length] = [
        headers['content-type'],
        headers['content-length'],
      ];
      seen = { method, path, type, length, body: await text(incoming) };
      outgoing.writeHead(409, { 'Stream-Next-Offset': '7' }).end('{"a":"ü"}');
    };
    const response = await fetchLightly({
      method: 'POST',
      headers: new Headers({ 'Content-Type': 'application/json' }),
      body: '["Grüße 👋"]',
    });
    expect(seen).toEqual({
      method: 'POST',
      path: '/chat/log',
      type: 'application/json',
      length: '16',
      body: '["Grüße 👋"]',
    });
    expect(response.status).toBe(409);
    expect(response.headers.get('stream-next-offset')).toBe('7');
    expect(await response.json()).toEqual({ a: 'ü' });
  });

  it('reads an answer without a body', async () => {
    answer = (_, outgoing) => void outgoing.writeHead(204).end();
    const response = await fetchLightly({ method: 'POST', body: '[]' });
    expect(response.status).toBe(204);
    expect(response.body).toBeNull();
  });

  it('rejects with the reason of its signal, before and after it is sent', async () => {
    const aborting = new AbortController();
    answer = () => aborting.abort(new Error('enough'));
    const { signal } = aborting;
    const sending = fetchLightly({ method: 'POST', body: '[]', signal });
    await expect(sending).rejects.toThrow('enough');
    const late = fetchLightly({ method: 'POST', body: '[]', signal });
    await expect(late).rejects.toThrow('enough');
  });

  it('rejects when the connection breaks before the answer or in it', async () => {
    answer = (incoming) => void incoming.socket.destroy();
    const unanswered = fetchLightly({ method: 'POST', body: '[]' });
    await expect(unanswered).rejects.toThrow('socket hang up');
    answer = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-length': '100' });
      outgoing.write('half', () => outgoing.destroy());
    };
    const cut = fetchLightly({ method: 'POST', body: '[]' });
    await expect(cut).rejects.toThrow('aborted');
  });

  it('passes on the bytes of a page as they come, packed by nobody', async () => {
    let go = (): void => undefined;
    answer = (incoming, outgoing) => {
      const packed = incoming.headers['accept-encoding'];
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.write(`["${packed}","Gr`);
      go = () => void outgoing.end('üße"]');
    };
    const response = await fetchLightly({ method: 'GET' });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe('["identity","Gr');
    go();
    const second = await reader?.read();
    expect(new TextDecoder().decode(second?.value)).toBe('üße"]');
    expect(await reader?.read()).toEqual({ done: true, value: undefined });
  });

  it('breaks a page off where its connection breaks, its signal fires or nobody wants it', async () => {
    const aborting = new AbortController();
    let left = new Promise<void>(() => undefined);
    let breakOff = (): void => undefined;
    answer = (incoming, outgoing) => {
      outgoing.write('[');
      left = once(incoming.socket, 'close').then(() => undefined);
      breakOff = () => void outgoing.destroy();
    };
    const cut = await fetchLightly({});
    breakOff();
    await expect(cut.text()).rejects.toThrow('aborted');
    const dropped = await fetchLightly({ signal: aborting.signal });
    aborting.abort(new Error('enough'));
    await expect(dropped.text()).rejects.toThrow('aborted');
    const unwanted = await fetchLightly({});
    await unwanted.body?.cancel();
    await left;
  });

  it('follows a redirect with method and body', async () => {
    answer = async (incoming, outgoing) => {
      const isFirst = incoming.url === '/chat/log';
      const body = await text(incoming);
      if (isFirst) outgoing.writeHead(307, { location: '/moved' }).end();
      else outgoing.end(`${incoming.method} ${incoming.url} ${body}`);
    };
    const response = await fetchLightly({ method: 'POST', body: '[1]' });
    expect(await response.text()).toBe('POST /moved [1]');
  });

  it('shares 32 connections among as many requests as there are', async () => {
    let connections = 0;
    server.on('connection', () => (connections += 1));
    answer = async (incoming, outgoing) => {
      outgoing.end(await text(incoming));
    };
    const bodies = Array.from({ length: 100 }, (_, index) => `[${index}]`);
    const answers = bodies.map(async (body) =>
      (await fetchLightly({ method: 'POST', body })).text(),
    );
    expect(await Promise.all(answers)).toEqual(bodies);
    expect(connections).toBe(32);
  });

  it("goes by the agent that the app has put in place of Node's", async () => {
    class OwnAgent extends http.Agent {}
    const ownAgent = new OwnAgent();
    // CAST: what Node asks every agent for; its types do not name it.
    const addRequest = vi.spyOn(ownAgent, 'addRequest' as never);
    vi.spyOn(http, 'globalAgent', 'get').mockReturnValue(ownAgent);
    vi.resetModules();
    const fresh = await import('../../src/log/light-fetch.js');
    answer = (_, outgoing) => void outgoing.end();
    await fresh.lightFetch()?.(url, { method: 'POST', body: '[]' });
    expect(addRequest).toHaveBeenCalledOnce();
  });

  it('stands back where the app has put another fetch in its place', () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('not now')));
    expect(lightFetch()).toBeUndefined();
  });

  it('stands back in a browser', () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0' });
    expect(lightFetch()).toBeUndefined();
  });
});
