import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/testing/index.js';

describe('fixedClock', () => {
  it('stands still until it is moved', async () => {
    const clock = fixedClock(1_000);
    expect(clock.now()).toBe(1_000);
    await clock.advance(500);
    expect(clock.now()).toBe(1_500);
  });

  it('wakes sleepers in their order, each at its time', async () => {
    const clock = fixedClock();
    const woken: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.now()}`);
    };
    const all = [sleep('late', 30), sleep('soon', 10), sleep('never', 100)];
    await clock.advance(50);
    expect(woken).toEqual(['soon at 10', 'late at 30']);
    expect(clock.pending()).toBe(1);
    await clock.advance(50);
    await Promise.all(all);
  });

  it('runs a loop of short sleeps through in one advance', async () => {
    const clock = fixedClock();
    let rounds = 0;
    const loop = (async () => {
      for (; rounds < 10; rounds += 1) await clock.sleep(1_000);
    })();
    await clock.advance(10_000);
    await loop;
    expect(rounds).toBe(10);
  });

  it('gives a sleep up when its signal aborts', async () => {
    const clock = fixedClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(10, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(clock.pending()).toBe(0);
    await expect(clock.sleep(10, controller.signal)).rejects.toThrow('enough');
  });
});
