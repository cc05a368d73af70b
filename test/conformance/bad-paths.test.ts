import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  openRefusingApp,
  type BadRequest,
  type RefusingApp,
} from '../support/refusing-app.js';
import { rawRequest } from '../support/raw-request.js';

let refusing: RefusingApp;

beforeAll(async () => {
  refusing = await openRefusingApp();
});
afterAll(() => refusing[Symbol.asyncDispose]());
// Whatever was sent, the process lives and answers.
afterEach(() => refusing.checkAlive());

const wrongAnswers = (requests: readonly BadRequest[]): Promise<string[]> =>
  refusing.wrongAnswers(requests);

const routes = [
  { method: 'GET', below: '' },
  { method: 'DELETE', below: '' },
  { method: 'GET', below: '/stream' },
  { method: 'POST', below: '/stop' },
  { method: 'GET', below: '/log' },
  { method: 'GET', below: `/blobs/${'a'.repeat(64)}` },
];

describe('[A42] a path that plays tricks', () => {
  const badIds = [
    '%00',
    'a%00b',
    '%0a',
    '%1f',
    '%7f',
    '%2f',
    'a%2fb',
    '..%2fother',
    '%2e%2e%2fother',
    '%5c',
    '..%5cother',
    '%ff',
    '%c0%ae%c0%ae',
    '%',
    '%zz',
    '%E0%A4%A',
    '%ed%a0%80',
    'x'.repeat(201),
    'x'.repeat(10_240),
    '%41'.repeat(3_000),
    encodeURIComponent('🌍'.repeat(101)),
  ];

  it('in the chat id is refused on every route', async () => {
    expect(
      await wrongAnswers(
        badIds.flatMap((id) =>
          routes.map(({ method, below }) => ({
            method,
            path: `/api/chat/${id}${below}`,
            code: 'invalid-chat-id',
          })),
        ),
      ),
    ).toEqual([]);
  });

  it('by dots or slashes leads to no route at all', async () => {
    const tricks = [
      '/api/chat/..',
      '/api/chat/../stream',
      '/api/chat/%2e%2e/stream',
      '/api/chat/%2E%2e/log',
      '/api/chat/.%2e/stop',
      '/api/chat/a/../../x/log',
      '/api/chat/./././../chat2/log',
      '/api/chat//log',
      '/api/chat///',
      '/api/chat/a//log',
      '/api/chat/a/log/b',
      '/api/chat/a/log/../../..',
      '/api/chat/a/unknown',
      '/api/chat/a/constructor',
      '/api/chat/a/__proto__',
      '/api/chat/a/toString',
      '/api/chatter/a/log',
      '/api/chat;/a/log',
      '//evil.example/api/chat/a/log',
      '/',
      '/api',
    ];
    expect(
      await wrongAnswers(
        tricks.flatMap((path) =>
          ['GET', 'POST', 'DELETE'].map((method) => ({ method, path })),
        ),
      ),
    ).toEqual([]);
  });
});

describe('[A42] a method that is not for the route', () => {
  it('is refused, and told which are', async () => {
    const methods = ['PUT', 'PATCH', 'OPTIONS', 'PROPFIND'];
    const paths = ['/api/chat', '/api/chat/a', '/api/chat/a/stream'];
    const wrong = methods.flatMap((method) =>
      paths.map((path) => ({ method, path })),
    );
    const others = [
      { method: 'GET', path: '/api/chat' },
      { method: 'DELETE', path: '/api/chat' },
      { method: 'POST', path: '/api/chat/a' },
      { method: 'POST', path: '/api/chat/a/stream' },
      { method: 'GET', path: '/api/chat/a/stop' },
      { method: 'DELETE', path: '/api/chat/a/log' },
      { method: 'POST', path: '/api/chat/a/log' },
    ];
    const code = 'method-not-allowed';
    expect(
      await wrongAnswers(
        [...wrong, ...others].map((one) => ({ ...one, code })),
      ),
    ).toEqual([]);
    const { status, headers } = await rawRequest(refusing.app.url, {
      method: 'PUT',
      path: '/api/chat/a',
    });
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, DELETE');
  });
});
