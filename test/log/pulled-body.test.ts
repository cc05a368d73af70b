import { expect, it, onTestFinished, vi } from 'vitest';
import { pulledBody } from '../../src/log/pulled-body.js';

async function* framesOf(...frames: readonly string[]) {
  yield* frames;
}

it('gives a long text in pieces, and cuts no character in two', async () => {
  const text = `${'x'.repeat(65_535)}🌍${'é'.repeat(70_000)}🌍`;
  const body = pulledBody(framesOf(text, 'the end'));
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  const decoded = pieces.map((piece) => new TextDecoder().decode(piece));
  expect(decoded.join('')).toBe(`${text}the end`);
  expect(Math.max(...decoded.map(({ length }) => length))).toBe(65_536);
});

it('makes nothing before it is asked for', async () => {
  let made = 0;
  async function* counted() {
    for (made = 1; made < 10; made += 1) yield 'x'.repeat(100_000);
  }
  const reader = pulledBody(counted()).getReader();
  expect(made).toBe(0);
  await reader.read();
  await reader.read();
  expect(made).toBe(1);
  await reader.cancel();
});

it('sends a reader away that leaves a piece unread for a minute', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const onLeave = vi.fn<() => void>();
  const body = pulledBody(framesOf('x'.repeat(100_000)), onLeave);
  const reader = body.getReader();
  await reader.read();
  await vi.advanceTimersByTimeAsync(59_000);
  expect(onLeave).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(onLeave).toHaveBeenCalledTimes(1);
  expect(await reader.read()).toMatchObject({ done: true });
  expect(vi.getTimerCount()).toBe(0);
});

it('keeps one that takes its time, where it is told to', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const frames = framesOf('x'.repeat(65_536), 'the end');
  const reader = pulledBody(frames, undefined, Infinity).getReader();
  await reader.read();
  await vi.advanceTimersByTimeAsync(3_600_000);
  const { value } = await reader.read();
  expect(new TextDecoder().decode(value)).toBe('the end');
});
