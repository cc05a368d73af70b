/** Calls `listener` at once, and again at most every `waitMs`, until aborted. */
export function throttled(
  listener: () => void,
  waitMs: number | undefined,
  signal: AbortSignal,
): () => void {
  if (waitMs === undefined) return listener;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  const call = (): void => {
    timer = undefined;
    last = performance.now();
    listener();
  };
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return () => {
    if (timer !== undefined) return;
    const restMs = last + waitMs - performance.now();
    if (restMs <= 0) call();
    else timer = setTimeout(call, restMs);
  };
}
