import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import { seededRandom } from '../support/seeded-random.js';

/** So much of what has no timer is done before time moves on. */
const TURNS = 2;

/** The same with nothing to wait for: then all is at rest. */
const IDLE_TURNS = 30;

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Time never goes back, and does not reach the real one: what a process keeps
 * of it would have to wait.
 */
let beginsAt = Date.UTC(2000, 0, 1);
const HOUR_MS = 3_600_000;

/**
 * Does it in a time in which nothing but timers takes any, and with the same
 * chance each time, so that an hour is a moment and a history the same again.
 */
export async function inVirtualTime<T>(
  seed: string,
  work: () => Promise<T>,
): Promise<T> {
  vi.useFakeTimers({
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'Date',
      'performance',
    ],
    now: beginsAt,
  });
  const random = vi
    .spyOn(Math, 'random')
    .mockImplementation(seededRandom(seed));
  // The real one takes real time, in a thread of its own.
  const digest = vi
    .spyOn(crypto.subtle, 'digest')
    .mockImplementation(async (_, data) => sha256(data));
  try {
    return await work();
  } finally {
    beginsAt += HOUR_MS;
    random.mockRestore();
    digest.mockRestore();
    vi.useRealTimers();
  }
}

function sha256(data: BufferSource): ArrayBuffer {
  const view = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return Uint8Array.from(createHash('sha256').update(bytes).digest()).buffer;
}

/**
 * Lets time go by until the work is done. `undefined` where it never is, or not
 * within the limit.
 */
export async function within<T>(
  limitMs: number,
  work: Promise<T>,
): Promise<T | undefined> {
  let isDone = false;
  const settled = work.finally(() => void (isDone = true));
  settled.catch(() => undefined);
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    await turns(TURNS);
    if (isDone) return work;
    if (vi.getTimerCount() === 0) await turns(IDLE_TURNS);
    if (isDone) return work;
    if (vi.getTimerCount() === 0) return undefined;

    vi.advanceTimersToNextTimer();
  }
  return undefined;
}

/** Lets time go by until no timer is left. How many are, after the limit. */
export async function timersLeftAfter(limitMs: number): Promise<number> {
  await within(limitMs, new Promise(() => undefined));
  return vi.getTimerCount();
}
