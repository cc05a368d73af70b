import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  faultsOf,
  openRefusingApp,
  type BadRequest,
  type RefusingApp,
} from '../support/refusing-app.js';
import { rawRequest, type RawRequest } from '../support/raw-request.js';

let refusing: RefusingApp;

beforeAll(async () => {
  refusing = await openRefusingApp();
});
afterAll(() => refusing[Symbol.asyncDispose]());
// Whatever was sent, the process lives and answers.
afterEach(() => refusing.checkAlive());

const wrongAnswers = (requests: readonly BadRequest[]): Promise<string[]> =>
  refusing.wrongAnswers(requests);

const post = (body: string, headers = {}): RawRequest => ({
  method: 'POST',
  path: '/api/chat',
  headers: { 'content-type': 'application/json', ...headers },
  body,
});

const question = {
  id: 'q',
  role: 'user',
  parts: [{ type: 'text', text: '?' }],
};

const posting = (fields: Record<string, unknown>): RawRequest =>
  post(JSON.stringify({ id: 'chat', messages: [question], ...fields }));

describe('[A42] a body that is no message', () => {
  it('is refused where it is not JSON', async () => {
    const bodies = [
      '{',
      '{"id":"chat",}',
      "{'id':'chat'}",
      'undefined',
      'id=chat&messages=x',
      '\u0000',
      '"\u0001"',
      'NaN',
      '{"id":"chat"}{"id":"chat"}',
      '<html></html>',
    ];
    expect(
      await wrongAnswers(
        bodies.flatMap((body) => [
          { ...post(body), code: 'invalid-json' },
          { ...post(body), path: '/api/chat/a/stop', code: 'invalid-json' },
        ]),
      ),
    ).toEqual([]);
  });

  it('is refused where it has another shape', async () => {
    const bodies = ['', 'null', '[]', '1', '"text"', 'true', '[[]]'];
    const code = 'invalid-request';
    expect(
      await wrongAnswers([
        ...bodies.map((body) => ({ ...post(body), code })),
        { ...posting({ trigger: 'drop-tables' }), code },
        { ...posting({ trigger: 1 }), code },
        { ...posting({ trigger: null }), code },
        { ...post('[]'), path: '/api/chat/a/stop', code },
        { ...post('{"runId":1}'), path: '/api/chat/a/stop', code },
        { ...post('{"runId":""}'), path: '/api/chat/a/stop', code },
        {
          ...post(JSON.stringify({ idempotencyKey: 'x'.repeat(201) })),
          path: '/api/chat/a/stop',
          code,
        },
        {
          ...post(JSON.stringify({ id: 'chat', messages: [question] }), {
            'idempotency-key': 'x'.repeat(10_000),
          }),
          code,
        },
      ]),
    ).toEqual([]);
  });

  it('is refused where its chat id is none', async () => {
    const ids: unknown[] = [
      undefined,
      null,
      1,
      {},
      [],
      ['chat'],
      '',
      '.',
      '..',
      'a/b',
      'a\\b',
      '\u0000',
      'a\nb',
      '\u007f',
      '\ud800',
      'x'.repeat(201),
      'x'.repeat(10_240),
    ];
    expect(
      await wrongAnswers(
        ids.map((id) => ({ ...posting({ id }), code: 'invalid-chat-id' })),
      ),
    ).toEqual([]);
  });

  it('is refused where its messages are none', async () => {
    const text = { type: 'text', text: 'x' };
    const messages: unknown[] = [
      null,
      [],
      {},
      'text',
      [null],
      [1],
      [[]],
      [{}],
      [{ ...question, id: undefined }],
      [{ ...question, id: 1 }],
      [{ ...question, id: '' }],
      [{ ...question, role: 'root' }],
      [{ ...question, role: undefined }],
      [{ ...question, parts: undefined }],
      [{ ...question, parts: [] }, null],
      [{ ...question, parts: {} }],
      [{ ...question, parts: [null] }],
      [{ ...question, parts: [{ type: 1 }] }],
      [{ ...question, parts: [{ ...text, text: 1 }] }],
      [{ ...question, parts: [{ type: 'text' }] }],
      [{ ...question, parts: [{ type: 'file', url: 1 }] }],
      [{ ...question, parts: [{ type: 'tool-x', state: 'of-mind' }] }],
    ];
    const code = 'invalid-messages';
    expect(
      await wrongAnswers([
        ...messages.map((given) => ({ ...posting({ messages: given }), code })),
        ...messages.slice(0, 4).map((message) => ({
          ...posting({ messages: undefined, message }),
          code,
        })),
        { ...posting({ messages: undefined }), code },
      ]),
    ).toEqual([]);
  });
});

describe('[A42] a body that is too much', () => {
  const twoMegabytes = JSON.stringify({
    id: 'chat',
    messages: [
      { ...question, parts: [{ type: 'text', text: 'x'.repeat(2e6) }] },
    ],
  });
  const code = 'body-too-large';

  it('is refused by its length', async () => {
    expect(
      await wrongAnswers([
        { ...post(twoMegabytes), code },
        { ...post(twoMegabytes), path: '/api/chat/a/stop', code },
      ]),
    ).toEqual([]);
  });

  it('is refused without a length, too', async () => {
    const { app, streams } = refusing;
    const before = streams.requests.length;
    const response = await fetch(app.api, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([twoMegabytes]).stream(),
      // CAST: lib.dom does not know `duplex`, which Node's fetch wants.
      ...({ duplex: 'half' } as object),
    });
    const { status, headers } = response;
    const answer = { status, headers, body: await response.text() };
    const request = { path: 'in chunks', code };
    expect(faultsOf(answer, request, streams.url)).toEqual([]);
    expect(status).toBe(413);
    expect(streams.requests).toHaveLength(before);
  });

  it('is refused where it is nested without end', async () => {
    const depth = 200_000;
    const deep = '['.repeat(depth) + ']'.repeat(depth);
    const withDeep = (field: string): string =>
      `{"id":"chat","messages":[{"id":"q","role":"user",${field}}]}`;
    const toolPart = `{"type":"tool-x","toolCallId":"c","state":"input-available","input":${deep}}`;
    expect(
      await wrongAnswers([
        post(deep),
        post(`{"id":"chat","messages":${deep}}`),
        post(
          withDeep(`"parts":[{"type":"text","text":"x"}],"metadata":${deep}`),
        ),
        post(withDeep(`"parts":[${toolPart}]`)),
        post(withDeep(`"parts":[{"type":"data-x","data":${deep}}]`)),
        { ...post(`{"runId":${deep}}`), path: '/api/chat/a/stop' },
        {
          ...posting({ extra: JSON.parse('['.repeat(600) + ']'.repeat(600)) }),
        },
      ]),
    ).toEqual([]);
  });
});

describe('[A42] a name that means something to JavaScript', () => {
  it('is a name like any other', async () => {
    for (const id of [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
    ]) {
      const answer = await rawRequest(refusing.app.url, {
        path: `/api/chat/${id}`,
      });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ messages: [] });
    }
    const text = JSON.stringify({ id: 'chat', messages: [question] });
    const polluted = [
      '"__proto__":{"polluted":true}',
      '"\\u005f_proto__":{"polluted":true}',
      '"own":[{"deep":{"__proto__":1}}]',
      '"constructor":{"prototype":{"polluted":true}}',
    ].map((field) => text.replace('{', `{${field},`));
    const code = 'invalid-request';
    expect(
      await wrongAnswers(polluted.map((body) => ({ ...post(body), code }))),
    ).toEqual([]);
    expect('polluted' in {}).toBe(false);
  });
});
