import { describe, expect, it } from 'vitest';
import { FlushPace } from '../../src/log/flush-pace.js';

const INTERVAL_MS = 40;
const idle = (): number => 0;

/** When the runs flush that all begin at 0, each as often as it may. */
function flushTimes(
  runs: number,
  untilMs: number,
  load: () => number = idle,
): number[][] {
  const pace = new FlushPace(load);
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

  it('slows down as the process gets busy, to 50 appends a second', () => {
    const perSecond = (load: number): number =>
      flushTimes(20, 10_000, () => load).flat().length / 10;
    expect(perSecond(0.5)).toBe(perSecond(0));
    // Two each is what they have at once.
    expect(perSecond(0.75)).toBeCloseTo(1_000 / 12, -1);
    expect(perSecond(1)).toBeCloseTo(50, -1);
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
    const pace = new FlushPace(idle);
    const pauses = Array.from({ length: 1_000 }, () =>
      pace.pauseMs(INTERVAL_MS, 0),
    );
    expect(Math.max(...pauses)).toBe(1_000);
  });

  it('does not wait for a clock that was set back', () => {
    const pace = new FlushPace(idle);
    pace.pauseMs(INTERVAL_MS, 1_000_000);
    expect(pace.pauseMs(INTERVAL_MS, 0)).toBeLessThanOrEqual(1_000);
    expect(pace.pauseMs(INTERVAL_MS, 2_000)).toBe(INTERVAL_MS);
  });
});
