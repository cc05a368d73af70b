/** Does it for 0, 1, 2 and so on, so many at a time. */
export async function inBatches(
  count: number,
  size: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < count; from += size) {
    const length = Math.min(size, count - from);
    await Promise.all(Array.from({ length }, (_, index) => work(from + index)));
  }
}
