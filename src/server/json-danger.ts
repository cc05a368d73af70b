/**
 * What makes a value of JSON unfit to be handed on, if anything does.
 *
 * - `deep`: nested deeper than `maxDepth` arrays and objects. `JSON.parse` reads
 *   any depth, but most of what comes after it is recursive, `JSON.stringify`
 *   first of all.
 * - `prototype`: a key that changes prototypes where an app copies or merges
 *   the object (`__proto__`, or `constructor` with a `prototype`).
 */
export function jsonDanger(
  value: unknown,
  maxDepth: number,
): 'deep' | 'prototype' | undefined {
  let level: object[] = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === maxDepth) return 'deep';
    if (level.some(isPoisoned)) return 'prototype';
    level = level.flatMap(childrenOf).filter(isNested);
  }
  return undefined;
}

function isPoisoned(value: object): boolean {
  if (Array.isArray(value)) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  if (!Object.hasOwn(value, 'constructor')) return false;
  const { constructor } = value;
  return isNested(constructor) && Object.hasOwn(constructor, 'prototype');
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function childrenOf(value: object): unknown[] {
  return Object.values(value);
}
