import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import {
  openInProcessApp,
  question,
  type InProcessApp,
} from '../limits/in-process-app.js';

let app: InProcessApp;
beforeAll(async () => {
  app = await openInProcessApp();
  app.end.open();
  const posted = await app.chat.handle(
    app.post({ id: 'known', messages: [question()] }),
  );
  await posted.text();
  await app.settled();
});
afterAll(() => app[Symbol.asyncDispose]());

const BASE = 'http://app.test/api/chat';
const body = JSON.stringify({ id: 'foreign', messages: [question()] });

describe('a page of another site', () => {
  it.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ])('cannot post what it may send unasked: %j', async (type) => {
    const before = app.streams.requests.length;
    for (const path of ['', '/known/stop']) {
      const headers = { 'content-type': type };
      const request = new Request(`${BASE}${path}`, {
        method: 'POST',
        headers,
        body,
      });
      const response = await app.chat.handle(request);
      expect(response.status).toBe(415);
      const problem: unknown = await response.json();
      expect(problem).toMatchObject({ code: 'unsupported-content-type' });
    }
    expect(app.streams.requests).toHaveLength(before);
  });

  it('is allowed nothing by a preflight', async () => {
    const request = new Request(BASE, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
      },
    });
    expect((await app.chat.handle(request)).status).toBe(405);
  });
});

describe('an answer', () => {
  const requests: readonly [string, () => Request][] = [
    ['load', () => app.get('/known')],
    ['resume', () => app.get('/known/stream?have=x')],
    ['nothing to resume', () => app.get('/nobodys/stream')],
    ['log', () => app.get('/known/log?offset=-1')],
    ['refusal', () => app.get('/known/nonsense')],
    ['send', () => app.post({ id: 'other', messages: [question()] })],
  ];

  it.each(requests)(
    'is kept by no cache, opened to no other site, and sets no cookie: %s',
    async (_, request) => {
      const { headers, body: content } = await app.chat.handle(request());
      await content?.cancel();
      expect(headers.get('cache-control')).toMatch(/no-store|no-cache/);
      const names = [...headers.keys()];
      const foreign = names.filter((name) =>
        /^access-control|^set-cookie/.test(name),
      );
      expect(foreign).toEqual([]);
    },
  );
});
