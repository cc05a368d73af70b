/** Next's edge runtime has one that throws. */
const hasImmediate =
  typeof setImmediate === 'function' && !('EdgeRuntime' in globalThis);

/** Taken before a test's fake timers can replace it. */
const schedule: (callback: () => void) => unknown = hasImmediate
  ? setImmediate
  : setTimeout;

/** Lets everything that is ready run, input and output included. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => {
    schedule(resolve);
  });
}
