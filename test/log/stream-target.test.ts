import { describe, expect, it } from 'vitest';
import { historyTarget, logTarget } from '../../src/log/index.js';

describe('logTarget and historyTarget', () => {
  it('put a chat under the streams url, with or without a trailing slash', () => {
    for (const url of ['http://streams/v1', 'http://streams/v1/']) {
      expect(logTarget({ url }, 'chat').url).toBe('http://streams/v1/chat/log');
      expect(historyTarget({ url }, 'chat').url).toBe(
        'http://streams/v1/chat/history',
      );
    }
  });

  it('keep a chat id within its path segment', () => {
    const { url } = logTarget({ url: 'http://streams' }, '../a b?c#d/é');
    expect(url).toBe('http://streams/..%2Fa%20b%3Fc%23d%2F%C3%A9/log');
    expect(new URL(url).pathname.split('/')).toHaveLength(3);
  });

  it.each(['', '.', '..', '\ud800'])(
    'refuse %j, which would name another stream or none',
    (chatId) => {
      expect(() => logTarget({ url: 'http://streams' }, chatId)).toThrow(
        expect.objectContaining({ code: 'invalid-chat-id' }),
      );
    },
  );

  it('hand on headers and fetch', () => {
    const headers = (): HeadersInit => ({ authorization: 'Bearer 1' });
    const target = logTarget({ url: 'http://streams', headers, fetch }, 'chat');
    expect(target).toMatchObject({ headers, fetch });
  });
});
