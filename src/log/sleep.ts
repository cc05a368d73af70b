/** Longer delays overflow the platforms' timers and would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after the delay, or rejects with the signal's reason at once. */
export async function sleep(
  delayMs: number,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    // Node warns of a time that is over already.
    const ms = Math.max(0, Math.min(delayMs, LONGEST_TIMER_MS));
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
  });
  signal?.throwIfAborted();
}
