import { describe, expect, it } from 'vitest';
import { retryAfterMs, retryDelay } from '../../src/log/retry-delay.js';

const policy = {
  initialDelayMs: 100,
  maxDelayMs: 5_000,
  giveUpAfterMs: 30_000,
  random: () => 1,
};

describe('retryDelay', () => {
  it('doubles with every failure up to the longest delay', () => {
    const delays = [1, 2, 3, 7, 2_000].map((failures) =>
      retryDelay(policy, { failures, elapsedMs: 0 }),
    );
    expect(delays).toEqual([100, 200, 400, 5_000, 5_000]);
  });

  it('jitters over the whole of the delay', () => {
    const atRandom = (value: number): number | undefined =>
      retryDelay(
        { ...policy, random: () => value },
        { failures: 2, elapsedMs: 0 },
      );
    expect([atRandom(0), atRandom(0.5)]).toEqual([0, 100]);
  });

  it('does not come back sooner than the server asks', () => {
    const history = { failures: 1, elapsedMs: 0, retryAfterMs: 2_000 };
    expect(retryDelay(policy, history)).toBe(2_000);
  });

  it('tries a last time when the time is over, then gives up', () => {
    expect(retryDelay(policy, { failures: 9, elapsedMs: 29_900 })).toBe(100);
    expect(retryDelay(policy, { failures: 10, elapsedMs: 30_000 })).toBe(
      undefined,
    );
  });

  it('gives up at once when the server asks for more than is left', () => {
    const history = { failures: 1, elapsedMs: 29_000, retryAfterMs: 2_000 };
    expect(retryDelay(policy, history)).toBe(undefined);
  });

  it('is not sent to sleep for a day by an odd header', () => {
    const endless = { ...policy, giveUpAfterMs: Infinity };
    const history = { failures: 1, elapsedMs: 0, retryAfterMs: 86_400_000 };
    expect(retryDelay(endless, history)).toBe(60_000);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');

  it.each([
    ['3', 3_000],
    ['0.5', 500],
    ['-1', 0],
    ['Sun, 22 Nov 2026 12:00:10 GMT', 10_000],
    ['Sun, 22 Nov 2026 11:59:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads %j as %j ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
