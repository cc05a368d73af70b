/** What a collection has to be told, in the words of TanStack DB. */
export type RowChange<ROW extends object> =
  | { readonly type: 'insert' | 'update'; readonly value: ROW }
  | { readonly type: 'delete'; readonly key: string };

/**
 * What makes `after` of `before`. A row that is the same object is the same
 * row: comparing costs a glance at each, and only those that differ are read.
 */
export function changedRows<ROW extends object>(
  before: readonly ROW[],
  after: readonly ROW[],
  getKey: (row: ROW) => string,
): readonly RowChange<ROW>[] {
  const gone = new Map<string, ROW>();
  const come = new Map<string, ROW>();
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index += 1) {
    const [old, row] = [before[index], after[index]];
    if (old === row) continue;
    if (old !== undefined) gone.set(getKey(old), old);
    if (row !== undefined) come.set(getKey(row), row);
  }
  const changes: RowChange<ROW>[] = [];
  for (const key of gone.keys()) {
    if (!come.has(key)) changes.push({ type: 'delete', key });
  }
  for (const [key, value] of come) {
    const old = gone.get(key);
    if (old === undefined) changes.push({ type: 'insert', value });
    else if (old !== value) changes.push({ type: 'update', value });
  }
  return changes;
}
