/** Taken before a test's fake timers can replace it. */
const schedule: (callback: () => void) => unknown =
  typeof setImmediate === 'function' ? setImmediate : setTimeout;

/** Lets everything that is ready run, input and output included. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => {
    schedule(resolve);
  });
}
