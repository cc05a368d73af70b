/** `undefined` where there is none, or one that no calendar has. */
export function isoTime(at: number | undefined): string | undefined {
  const date = new Date(at ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
