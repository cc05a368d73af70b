/** `before`, where it has the same items as `after`. */
export function sameItems<T>(
  before: readonly T[],
  after: readonly T[],
): readonly T[] {
  const isSame =
    before.length === after.length &&
    before.every((item, index) => item === after[index]);
  return isSame ? before : after;
}

/** `before`, where it has the same fields as `after`. */
export function sameFields<T extends object>(
  before: T | undefined,
  after: T,
): T {
  if (before === undefined) return after;
  const fields: unknown[] = Object.values(before);
  return sameItems(fields, Object.values(after)) === fields ? before : after;
}
