/**
 * Calls back when all that is ready at the moment has run, without the delay
 * of a timer. `undefined` where the runtime has no such thing. Taken at once,
 * so that a test's fake timers do not stop live bytes.
 */
export const endOfTick: ((callback: () => void) => unknown) | undefined =
  typeof setImmediate === 'function' ? setImmediate : undefined;
