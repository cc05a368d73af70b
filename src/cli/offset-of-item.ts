import type { LogBatch } from '../log/index.js';

/**
 * Where a reader goes on after an item. Some servers say it of every item; of
 * the others only the end of the whole batch is known.
 */
export function offsetOfItem(item: unknown, { offset }: LogBatch): string {
  // CAST: read field by field, each taken for unknown.
  const { headers } = Object(item) as { readonly headers?: unknown };
  // CAST: the same.
  const told = (Object(headers) as { readonly offset?: unknown }).offset;
  return typeof told === 'string' ? told : offset;
}

/** The item as it was written, without what the server adds. */
export function withoutOffset(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  if (!('headers' in item)) return item;
  const { headers } = item;
  if (typeof headers !== 'object' || headers === null) return item;
  if (!('offset' in headers)) return item;
  const { offset: _, ...rest } = headers;
  return { ...item, headers: rest };
}
