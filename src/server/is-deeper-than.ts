/**
 * Whether a value of JSON is nested deeper than so many arrays and objects.
 * `JSON.parse` reads any depth, but most of what comes after it is recursive,
 * `JSON.stringify` first of all.
 */
export function isDeeperThan(limit: number, value: unknown): boolean {
  let level: object[] = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === limit) return true;
    level = level.flatMap(childrenOf).filter(isNested);
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function childrenOf(value: object): unknown[] {
  return Object.values(value);
}
