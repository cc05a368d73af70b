import { describe, expect, it } from 'vitest';
import {
  faultyFetch,
  networkErrorMessages,
  type FaultScript,
} from '../../src/testing/index.js';

const frames = ['data: a\n\n', 'data: ü\n\n', 'data: c\n\n'];
const url = 'http://127.0.0.1/chat';

interface Inner {
  readonly fetch: typeof fetch;
  readonly seen: () => number;
  readonly isCancelled: () => boolean;
}

/** Answers with three frames, one a chunk, each cut apart in the middle. */
function innerFetch(): Inner {
  const bytes = frames.map((frame) => new TextEncoder().encode(frame));
  let seen = 0;
  let isCancelled = false;
  const fetch: Inner['fetch'] = () => {
    seen += 1;
    const pieces = bytes.flatMap((frame) => [
      frame.slice(0, 7),
      frame.slice(7),
    ]);
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
      cancel() {
        isCancelled = true;
      },
    });
    return Promise.resolve(
      new Response(body, { status: 201, headers: { 'x-app': 'yes' } }),
    );
  };
  return { fetch, seen: () => seen, isCancelled: () => isCancelled };
}

function open(script: FaultScript) {
  const inner = innerFetch();
  return { inner, fetch: faultyFetch(script, inner.fetch) };
}

/** What arrives, and how it ends. */
async function readAll(response: Response): Promise<[string, unknown]> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
    }
    return [text, 'end'];
  } catch (error) {
    return [text, error];
  }
}

describe('faultyFetch', () => {
  it('passes where the script says nothing', async () => {
    const { fetch } = open([]);
    const response = await fetch(url);
    expect(response.status).toBe(201);
    expect(await readAll(response)).toEqual([frames.join(''), 'end']);
  });

  it('cuts a body after so many frames, with an error of the network', async () => {
    const { fetch, inner } = open([{ kind: 'cut', afterFrames: 2 }]);
    const response = await fetch(url);
    expect(response.headers.get('x-app')).toBe('yes');
    const [text, error] = await readAll(response);
    expect(text).toBe(frames.slice(0, 2).join(''));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty('message', 'network error');
    expect(inner.isCancelled()).toBe(true);
  });

  it('cuts in the middle of a character', async () => {
    const { fetch } = open([{ kind: 'cut', afterBytes: 9 + 7 }]);
    const [text] = await readAll(await fetch(url));
    expect(text).toBe('data: a\n\ndata: ');
  });

  it('ends a body cleanly before its end', async () => {
    const { fetch } = open([{ kind: 'end', afterFrames: 1 }]);
    expect(await readAll(await fetch(url))).toEqual([frames[0], 'end']);
  });

  it('breaks off before the first byte', async () => {
    const { fetch } = open([{ kind: 'end', afterBytes: 0 }]);
    expect(await readAll(await fetch(url))).toEqual(['', 'end']);
  });

  it('leaves a body alone that is shorter than the break', async () => {
    const { fetch } = open([{ kind: 'cut', afterFrames: 9 }]);
    expect(await readAll(await fetch(url))).toEqual([frames.join(''), 'end']);
  });

  it('stalls until the signal aborts', async () => {
    const { fetch, inner } = open([{ kind: 'stall', afterFrames: 1 }]);
    const controller = new AbortController();
    const response = await fetch(url, { signal: controller.signal });
    const reading = readAll(response);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(inner.isCancelled()).toBe(false);
    controller.abort(new Error('enough'));
    expect(await reading).toEqual([frames[0], new Error('enough')]);
  });

  it('loses the request, or only the answer to it', async () => {
    const { fetch, inner } = open([
      { kind: 'network-error', message: networkErrorMessages.safari.request },
      { kind: 'lose-response' },
    ]);
    await expect(fetch(url)).rejects.toThrow(new TypeError('Load failed'));
    expect(inner.seen()).toBe(0);
    await expect(fetch(url)).rejects.toThrow(new TypeError('Failed to fetch'));
    expect(inner.seen()).toBe(1);
    expect(inner.isCancelled()).toBe(true);
  });

  it('answers with a status in place of the server', async () => {
    const { fetch, inner } = open([
      { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
      { kind: 'status', status: 204 },
    ]);
    const response = await fetch(url);
    expect([response.status, response.headers.get('retry-after')]).toEqual([
      503,
      '1',
    ]);
    expect((await fetch(url)).status).toBe(204);
    expect(inner.seen()).toBe(0);
  });

  it('delays what comes then, and not beyond the signal', async () => {
    const { fetch } = open([
      { kind: 'delay', ms: 20, next: { kind: 'status', status: 429 } },
      { kind: 'delay', ms: 60_000 },
    ]);
    expect((await fetch(url)).status).toBe(429);
    const signal = AbortSignal.timeout(20);
    await expect(fetch(url, { signal })).rejects.toThrow('timeout');
  });

  it('keeps each step for the requests that it is for, as often as it says', async () => {
    const { fetch } = open([
      { kind: 'status', status: 500, when: { method: 'post' }, times: 2 },
      { kind: 'status', status: 404, when: { url: /b$/g }, times: Infinity },
    ]);
    const status = async (method: string, path: string) =>
      (await fetch(`http://127.0.0.1/${path}`, { method })).status;
    expect(await status('GET', 'a')).toBe(201);
    expect(await status('POST', 'a')).toBe(500);
    expect(await status('GET', 'b')).toBe(404);
    expect(await status('POST', 'b')).toBe(500);
    expect(await status('POST', 'b')).toBe(404);
    expect(await status('POST', 'a')).toBe(201);
  });

  it('asks a function, and may be given another script', async () => {
    const { fetch } = open(({ index }) => ({
      kind: 'status',
      status: 400 + index,
    }));
    expect((await fetch(url)).status).toBe(400);
    expect((await fetch(url)).status).toBe(401);
    fetch.script = [{ kind: 'status', status: 500 }];
    expect((await fetch(url)).status).toBe(500);
    expect((await fetch(url)).status).toBe(201);
  });

  it('remembers its calls, whatever form they had', async () => {
    const { fetch } = open([{ kind: 'pass' }]);
    await fetch(new Request(url, { method: 'POST', headers: { A: '1' } }));
    await fetch(new URL(url), { headers: [['B', '2']] });
    expect(fetch.calls).toEqual([
      {
        method: 'POST',
        url,
        headers: { a: '1' },
        index: 0,
        fault: { kind: 'pass' },
      },
      {
        method: 'GET',
        url,
        headers: { b: '2' },
        index: 1,
        fault: { kind: 'pass' },
      },
    ]);
  });
});
