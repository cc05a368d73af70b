import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SteeredLine } from '../../src/cli/inspect/steered-line.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A line, what is sent over it, and what has come out of it so far. */
async function connected() {
  const sent = new TransformStream<Uint8Array, Uint8Array>();
  const line = new SteeredLine(async () => {
    const { locked } = sent.readable;
    return new Response(locked ? null : sent.readable);
  });
  const { body } = await line.fetch('http://127.0.0.1/');
  const came: string[] = [];
  const read = async (): Promise<void> => {
    for await (const bytes of body ?? []) {
      came.push(new TextDecoder().decode(bytes));
    }
  };
  const end = read().then(
    () => 'ended',
    (error: unknown) => String(error),
  );
  const writer = sent.writable.getWriter();
  const send = async (...words: readonly string[]): Promise<void> => {
    for (const word of words)
      await writer.write(new TextEncoder().encode(word));
    await vi.advanceTimersByTimeAsync(0);
  };
  return { line, send, came, end, close: () => writer.close() };
}

describe('a steered line', () => {
  it('lets everything come later, and no later the more there is', async () => {
    const { line, send, came, end, close } = await connected();
    line.steer({ isOffline: false, delayMs: 500 });
    await send('a', 'b', 'c');
    await close();
    await vi.advanceTimersByTimeAsync(499);
    expect(came).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(came).toEqual(['a', 'b', 'c']);
    expect(await end).toBe('ended');
  });

  it('keeps the order when the delay is taken away', async () => {
    const { line, send, came } = await connected();
    line.steer({ isOffline: false, delayMs: 500 });
    await send('a');
    line.steer({ isOffline: false, delayMs: 0 });
    await send('b');
    expect(came).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(came).toEqual(['a', 'b']);
  });

  it('loses what was on its way when it is cut', async () => {
    const { line, send, came, end } = await connected();
    await send('a');
    line.steer({ isOffline: false, delayMs: 500 });
    await send('b');
    line.drop();
    expect(await end).toBe('TypeError: terminated');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(came).toEqual(['a']);
  });

  it('opens nothing while it is offline', async () => {
    const { line, end } = await connected();
    line.steer({ isOffline: true, delayMs: 0 });
    expect(await end).toBe('TypeError: terminated');
    await expect(line.fetch('http://127.0.0.1/')).rejects.toThrow('offline');
    line.steer({ isOffline: false, delayMs: 0 });
    await expect(line.fetch('http://127.0.0.1/')).resolves.toMatchObject({
      status: 200,
    });
  });
});
