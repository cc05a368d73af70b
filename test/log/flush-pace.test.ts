import { describe, expect, it } from 'vitest';
import { FlushPace } from '../../src/log/flush-pace.js';

const INTERVAL_MS = 40;

/** When the runs flush that all begin at 0, each as often as it may. */
function flushTimes(runs: number, untilMs: number): number[][] {
  const pace = new FlushPace();
  const due = Array.from({ length: runs }, (_, run) => ({ run, at: 0 }));
  const times: number[][] = due.map(() => []);
  for (;;) {
    const next = due.toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined || next.at > untilMs) return times;
    times[next.run]?.push(next.at);
    next.at += pace.pauseMs(INTERVAL_MS, next.at);
  }
}

describe('the pace of flushes', () => {
  it('leaves a few runs their interval', () => {
    for (const times of flushTimes(5, 4_000)) {
      expect(times.length).toBeGreaterThan(90);
    }
  });

  it('holds a process to 250 appends a second, whatever its runs', () => {
    for (const runs of [20, 50, 200]) {
      const all = flushTimes(runs, 10_000).flat();
      expect(all.length).toBeLessThanOrEqual(2_500 + runs + 1);
      expect(all.length).toBeGreaterThan(2_300);
    }
  });

  it('gives each of many runs the same share', () => {
    const counts = flushTimes(50, 10_000).map(({ length }) => length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('spreads flushes that began together', () => {
    const settled = flushTimes(50, 10_000)
      .flat()
      .filter((time) => time > 1_000)
      .toSorted((a, b) => a - b);
    expect(new Set(settled).size).toBe(settled.length);
  });

  it('lets no run wait for more than a second', () => {
    const pace = new FlushPace();
    const pauses = Array.from({ length: 1_000 }, () =>
      pace.pauseMs(INTERVAL_MS, 0),
    );
    expect(Math.max(...pauses)).toBe(1_000);
  });

  it('does not wait for a clock that was set back', () => {
    const pace = new FlushPace();
    pace.pauseMs(INTERVAL_MS, 1_000_000);
    expect(pace.pauseMs(INTERVAL_MS, 0)).toBeLessThanOrEqual(1_000);
    expect(pace.pauseMs(INTERVAL_MS, 2_000)).toBe(INTERVAL_MS);
  });
});
