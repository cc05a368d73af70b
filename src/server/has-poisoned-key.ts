/** Without any of these in its text, a value of JSON has no such key. */
const SUSPICIOUS = /__proto__|constructor|\\u/;

/**
 * Whether a value of JSON has a key that changes prototypes where an app copies
 * or merges the object: `__proto__`, or `constructor` with a `prototype`.
 */
export function hasPoisonedKey(value: unknown, text: string): boolean {
  return SUSPICIOUS.test(text) && isAnyPoisoned(value);
}

function isAnyPoisoned(value: unknown): boolean {
  let level: object[] = [value].filter(isNested);
  while (level.length > 0) {
    if (level.some(isPoisoned)) return true;
    level = level.flatMap(childrenOf).filter(isNested);
  }
  return false;
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
