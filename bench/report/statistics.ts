export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** `share` from 0 to 1; between two values the nearer one. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const index = Math.round((sorted.length - 1) * share);
  return sorted[index] ?? Number.NaN;
}
