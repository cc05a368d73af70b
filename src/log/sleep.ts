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
    const timer = setTimeout(wake, Math.min(delayMs, LONGEST_TIMER_MS));
    signal?.addEventListener('abort', wake);
  });
  signal?.throwIfAborted();
}
