import { describe, expect, it } from 'vitest';
import {
  DurableChatError,
  errorOfResponse,
  problemResponse,
  type DurableChatErrorCode,
} from '../../src/protocol/index.js';

const usual: Readonly<Record<DurableChatErrorCode, number>> = {
  'invalid-json': 400,
  'invalid-request': 400,
  'invalid-messages': 400,
  'invalid-chat-id': 400,
  'invalid-cursor': 400,
  'unsupported-content-type': 415,
  'body-too-large': 413,
  'body-too-slow': 408,
  'method-not-allowed': 405,
  'not-found': 404,
  'answer-conflict': 409,
  forbidden: 403,
  'store-unavailable': 503,
  internal: 500,
  unreachable: 502,
  'invalid-chunk': 502,
  rejected: 502,
  'log-lost': 404,
  'run-failed': 502,
};
// CAST: `Object.keys` forgets the keys' type.
const codes = Object.keys(usual) as DurableChatErrorCode[];

describe('a problem document', () => {
  it.each(codes)('of %s comes back as the same error', async (code) => {
    const error = new DurableChatError(code, 'Said "what", and why.');
    const response = problemResponse(error);
    expect(response.status).toBe(usual[code]);
    const back = await errorOfResponse(response);
    expect(back).toMatchObject({
      name: 'DurableChatError',
      code,
      message: error.message,
      status: usual[code],
    });
  });

  it('is what RFC 9457 asks for', async () => {
    const error = new DurableChatError('not-found', 'No such route.');
    const response = problemResponse(error, { allow: 'GET' });
    expect(response.headers.get('content-type')).toBe(
      'application/problem+json',
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('allow')).toBe('GET');
    expect(await response.json()).toEqual({
      type: 'urn:ai-durable-transport:error:not-found',
      title: 'There is nothing here',
      status: 404,
      code: 'not-found',
      detail: 'No such route.',
    });
  });

  it('says nothing of a cause', async () => {
    const cause = new Error('the secret');
    const error = new DurableChatError('internal', 'Sorry.', { cause });
    expect(await problemResponse(error).text()).not.toContain('secret');
  });

  it('has the status of the error, where it has one', () => {
    const error = new DurableChatError('rejected', 'No.', { status: 418 });
    expect(problemResponse(error).status).toBe(418);
  });
});

describe('errorOfResponse', () => {
  it.each([
    ['', 'The server answered 418.'],
    ['Just text', 'Just text'],
    ['{"type":1}', '{"type":1}'],
    ['null', 'null'],
    ['[]', '[]'],
    [
      '{"type":"about:blank","detail":"x"}',
      '{"type":"about:blank","detail":"x"}',
    ],
  ])('takes %j for the words of a stranger', async (body, message) => {
    const response = new Response(body, { status: 418 });
    const error = await errorOfResponse(response);
    expect(error).toMatchObject({ code: 'rejected', status: 418, message });
  });

  it('keeps a long body short', async () => {
    const response = new Response('x'.repeat(100_000), { status: 500 });
    expect((await errorOfResponse(response)).message).toHaveLength(1_000);
  });

  it('makes do with a body that breaks off', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.error(new TypeError('terminated')),
    });
    const error = await errorOfResponse(new Response(body, { status: 502 }));
    expect(error).toMatchObject({ code: 'rejected', status: 502 });
  });
});

describe('DurableChatError', () => {
  it('keeps its cause, and is nothing that Chat takes for a disconnect', () => {
    const cause = new TypeError('Failed to fetch');
    const error = new DurableChatError('unreachable', 'Gone.', { cause });
    expect(error.cause).toBe(cause);
    expect(error).not.toBeInstanceOf(TypeError);
    expect('cause' in new DurableChatError('internal', 'x')).toBe(false);
  });
});
