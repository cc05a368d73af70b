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
