import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { vi } from 'vitest';
import { inBatches } from '../support/in-batches.js';
import { arbitraryHistory } from './history.js';
import { HttpWorld } from './http-world.js';
import { countFaults, judge, type FaultCounts } from './judge.js';

/** They wait more than they work. */
const AT_ONCE = 12;

/** Whoever is not at his end by then waits for ever. */
const LIMIT_MS = 180_000;

export interface HttpHistories {
  readonly seed: number;
  readonly count: number;
  /** What is done to them is counted here. */
  readonly counts: FaultCounts;
}

/**
 * Plays the histories of a seed on real sockets, some at a time. What failed,
 * each with its place among them.
 */
export async function playOverHttp({
  seed,
  count,
  counts,
}: HttpHistories): Promise<string[]> {
  // The streams server speaks on the console of its recoveries.
  const info = vi.spyOn(console, 'info').mockReturnValue();
  const error = vi.spyOn(console, 'error').mockReturnValue();
  const histories = fc.sample(arbitraryHistory, { seed, numRuns: count });
  const failures: string[] = [];
  await inBatches(count, AT_ONCE, async (index) => {
    const history = histories[index];
    if (history === undefined) return;
    await using world = await HttpWorld.open(history);
    const wrong = await judge(world, history, withinLimit);
    countFaults(history, world, counts);
    if (wrong.length === 0) return;
    const place = `Over HTTP, SEED=${seed}, history ${index}`;
    failures.push([place, ...wrong, JSON.stringify(history)].join('\n'));
  });
  info.mockRestore();
  error.mockRestore();
  return failures;
}

function withinLimit<T>(work: Promise<T>): Promise<T | undefined> {
  const limit = sleep(LIMIT_MS, undefined, { ref: false });
  return Promise.race([work, limit]);
}
