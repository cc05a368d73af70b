import { startStreams } from 'ai-durable-transport/testing';
import { expect, it } from 'vitest';
import { startChatApp } from '../support/chat-app.js';

const said: readonly [number, number, string][] = [
  [404, 404, 'not-found'],
  [410, 410, 'not-found'],
  [400, 400, 'invalid-request'],
  [401, 503, 'store-unavailable'],
  [403, 503, 'store-unavailable'],
  [429, 503, 'store-unavailable'],
  [500, 503, 'store-unavailable'],
];

it.each(said)(
  'tells of a %i of the streams server in its own words',
  async (given, status, code) => {
    await using streams = await startStreams();
    streams.script = [
      { kind: 'status', status: given, body: '<b>secret</b> at 10.0.0.1' },
    ];
    const app = await startChatApp({ streams, onError: () => undefined });
    const response = await fetch(`${app.api}/any/log?offset=x&live=y`);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(
      'application/problem+json',
    );
    const problem = await response.text();
    expect(JSON.parse(problem)).toMatchObject({ code, status });
    expect(problem).not.toMatch(/secret|10\.0/);
    await app.close();
  },
);

it('passes on nothing that a browser would run', async () => {
  await using streams = await startStreams();
  const headers = { 'content-type': 'text/html' };
  streams.script = [{ kind: 'status', status: 200, headers, body: '<script>' }];
  const app = await startChatApp({ streams, onError: () => undefined });
  const response = await fetch(`${app.api}/any/log`);
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('script');
  await app.close();
});
