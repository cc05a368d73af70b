import { yieldTurn } from './yield-turn.js';

/** A clock that moves only when it is told to. */
export interface FixedClock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves when the clock gets there; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /**
   * Moves on, waking sleepers in their order; what they do at once is done
   * before the next one wakes, so that a loop of short sleeps runs through.
   */
  readonly advance: (ms: number) => Promise<void>;
  /** How many sleepers there are. */
  readonly pending: () => number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time for tests. `now` and `sleep` are bare functions, to be handed on.
 *
 * @param start Where it begins, epoch milliseconds.
 *
 * @example
 * const clock = fixedClock()
 * const model = scriptedModel(script, { sleep: clock.sleep })
 * await clock.advance(600_000)
 */
export function fixedClock(start = 0): FixedClock {
  const sleepers = new Set<Sleeper>();
  let time = start;
  const nextBy = (end: number): Sleeper | undefined =>
    [...sleepers]
      .filter(({ at }) => at <= end)
      .sort((one, other) => one.at - other.at)[0];
  const sleep: FixedClock['sleep'] = (ms, signal) =>
    enter(sleepers, time + ms, signal);
  const advance = async (ms: number): Promise<void> => {
    const end = time + ms;
    await settle();
    for (let next = nextBy(end); next !== undefined; next = nextBy(end)) {
      time = Math.max(time, next.at);
      next.wake();
      await settle();
    }
    time = end;
  };
  return { now: () => time, sleep, advance, pending: () => sleepers.size };
}

function enter(
  sleepers: Set<Sleeper>,
  at: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const leave = (): void => {
      sleepers.delete(sleeper);
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      leave();
      reject(signal?.reason);
    };
    const wake = (): void => {
      leave();
      resolve();
    };
    const sleeper: Sleeper = { at, wake };
    sleepers.add(sleeper);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Some turns, since what was woken may itself wait for a turn or two. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await yieldTurn();
}
