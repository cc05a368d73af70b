type Fields = Readonly<Record<string, unknown>>;

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/**
 * Two values as one, as the AI SDK merges metadata
 * (ai/src/util/merge-objects.ts): objects field by field, of anything else the
 * later one counts.
 */
export function mergeObjects(base: unknown, later: unknown): unknown {
  if (!isObject(base) || !isObject(later)) return later;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(later)) {
    if (value === undefined || FORBIDDEN.includes(key)) continue;
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    merged[key] = mergeObjects(before, value);
  }
  return merged;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
