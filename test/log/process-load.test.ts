import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ProcessLoad } from '../../src/log/process-load.js';

afterEach(() => vi.unstubAllGlobals());

/** Sets what the runtime tells. */
function tell(idle: number, active: number): void {
  const eventLoopUtilization = () => ({ idle, active });
  vi.stubGlobal('performance', { eventLoopUtilization });
}

describe('the load of a process', () => {
  it('is the share of its time that it was at work of late', () => {
    const load = new ProcessLoad();
    tell(900, 100);
    expect(load.read()).toBeCloseTo(0.1);
    tell(950, 350);
    expect(load.read()).toBeCloseTo(250 / 300);
  });

  it('stands until some time has passed', () => {
    const load = new ProcessLoad();
    tell(300, 100);
    expect(load.read()).toBeCloseTo(0.25);
    tell(300, 290);
    expect(load.read()).toBeCloseTo(0.25);
    tell(300, 310);
    expect(load.read()).toBe(1);
  });

  it('is none where the runtime does not tell', () => {
    vi.stubGlobal('performance', {});
    const load = new ProcessLoad();
    expect([load.read(), load.read()]).toEqual([0, 0]);
    tell(NaN, NaN);
    expect(load.read()).toBe(0);
  });

  it('is what this runtime tells', async () => {
    const load = new ProcessLoad();
    load.read();
    const until = performance.now() + 300;
    while (performance.now() < until);
    await sleep(1);
    expect(load.read()).toBeGreaterThan(0.5);
  });
});
