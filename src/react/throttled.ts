/** Calls `listener` at once, and again at most every `waitMs`. */
export function throttled(
  listener: () => void,
  waitMs: number | undefined,
): () => void {
  if (waitMs === undefined) return listener;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  const call = (): void => {
    timer = undefined;
    last = performance.now();
    listener();
  };
  return () => {
    if (timer !== undefined) return;
    const restMs = last + waitMs - performance.now();
    if (restMs <= 0) call();
    else timer = setTimeout(call, restMs);
  };
}
