/** Of Node, Bun and Deno; other runtimes have only timers. */
interface ImmediateScope {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly clearImmediate?: (handle: unknown) => void;
}

/**
 * Calls back once what is at hand is done: after the current turn of the event
 * loop, where the runtime can tell, and after a millisecond at the latest, for
 * a turn that is busy with timers does not end.
 *
 * @returns the function that takes it back
 */
export function soon(callback: () => void): () => void {
  // CAST: looked up, not taken for granted.
  const scope = globalThis as ImmediateScope;
  // Next's edge runtime has one that throws.
  const { setImmediate, clearImmediate } = 'EdgeRuntime' in scope ? {} : scope;
  const handle = setImmediate?.(callback);
  const timer = setTimeout(callback, 1);
  return () => {
    clearImmediate?.(handle);
    clearTimeout(timer);
  };
}
