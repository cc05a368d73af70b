import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const encoder = new TextEncoder();

/** A body that a test writes by hand, and whether it was given up. */
function slowBody() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (own) => void (controller = own),
    cancel: () => void (isCancelled = true),
  });
  return {
    stream,
    isCancelled: () => isCancelled,
    send: (text: string) => controller?.enqueue(encoder.encode(text)),
    fail: (error: unknown) => controller?.error(error),
  };
}

/** An app whose streams server must not hear of anything. */
function openApp() {
  const touched: unknown[] = [];
  const reported: unknown[] = [];
  const chat = createDurableChat({
    streams: {
      url: 'http://streams.test',
      fetch: (input) => {
        touched.push(input);
        return Promise.reject(new TypeError('no'));
      },
    },
    authorize: allowAnyone(),
    respond: () => new ReadableStream<object>(),
    onError: (error) => void reported.push(error),
  });
  const post = (body: ReadableStream<Uint8Array>, path = ''): Request =>
    new Request(`http://app.test/api/chat${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // CAST: lib.dom does not know `duplex`, which Node's Request wants.
      ...({ duplex: 'half' } as object),
    });
  return { chat, post, touched, reported };
}

/** The answer, once it is there. */
function watched(answer: Promise<Response>) {
  let response: Response | undefined;
  void answer.then((own) => (response = own));
  return () => response;
}

describe('a body that does not end', () => {
  it.each(['', '/chat/stop'])(
    'is refused after 15 s, and its connection given up (%s)',
    async (path) => {
      const { chat, post, touched, reported } = openApp();
      const body = slowBody();
      const answer = watched(chat.handle(post(body.stream, path)));
      body.send('{"id":"chat","messages":[');
      await vi.advanceTimersByTimeAsync(14_900);
      expect(answer()).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1_100);
      expect(answer()?.status).toBe(408);
      expect(await answer()?.json()).toMatchObject({ code: 'body-too-slow' });
      expect(body.isCancelled()).toBe(false);
      await vi.advanceTimersByTimeAsync(15_000);
      expect(body.isCancelled()).toBe(true);
      expect({ touched, reported }).toEqual({ touched: [], reported: [] });
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('is not saved by a byte now and then', async () => {
    const { chat, post } = openApp();
    const body = slowBody();
    const answer = watched(chat.handle(post(body.stream)));
    for (let second = 0; second < 20; second += 1) {
      body.send(' ');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(answer()?.status).toBe(408);
  });

  it('is read for as long as it comes at 4 kB a second', async () => {
    const { chat, post } = openApp();
    const body = slowBody();
    const answer = watched(chat.handle(post(body.stream)));
    for (let second = 0; second < 100; second += 1) {
      body.send(' '.repeat(4_096));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(answer()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(answer()?.status).toBe(408);
  });

  it('that was too large is not read on for ever', async () => {
    const { chat, post } = openApp();
    const body = slowBody();
    const answer = watched(chat.handle(post(body.stream)));
    body.send('x'.repeat(2e6));
    await vi.advanceTimersByTimeAsync(0);
    expect(answer()?.status).toBe(413);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(body.isCancelled()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a sender that goes away in the middle of a body', () => {
  it('leaves no trace, and no error in the log', async () => {
    const { chat, post, touched, reported } = openApp();
    const body = slowBody();
    const answer = chat.handle(post(body.stream));
    body.send('{"id":"chat"');
    await vi.advanceTimersByTimeAsync(10);
    body.fail(new TypeError('terminated'));
    const response = await answer;
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid-request' });
    expect({ touched, reported }).toEqual({ touched: [], reported: [] });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a body in the smallest of pieces', () => {
  it('is put together right, characters that were cut too', async () => {
    const { chat, post } = openApp();
    const bytes = encoder.encode('{"id":"chat","trigger":"🌍"}');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const response = await chat.handle(post(body));
    // Far enough to be refused for what it says.
    expect(await response.json()).toMatchObject({
      code: 'invalid-request',
      detail: expect.stringContaining('trigger'),
    });
  });
});
