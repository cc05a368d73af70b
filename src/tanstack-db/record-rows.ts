import type { DurableSessionSnapshot } from '../session/index.js';
import type { RowSchema } from './row-schema.js';

export interface RecordRowsOptions<ROW extends object> {
  readonly type: string;
  readonly schema: RowSchema<unknown, ROW>;
  readonly getKey: (row: ROW) => string;
}

/** Makes a reader of the records of a type that reads each value once. */
export function recordRows<ROW extends object>({
  type,
  schema,
  getKey,
}: RecordRowsOptions<ROW>) {
  let seen: ReadonlyMap<string, unknown> | undefined;
  /** By key, what was read, and the row that it is, if it is one. */
  let known = new Map<string, readonly [value: unknown, row?: ROW]>();
  let rows: readonly ROW[] = [];
  return ({ records }: Pick<DurableSessionSnapshot, 'records'>) => {
    const values = records.get(type);
    if (values === seen) return rows;
    seen = values;
    const before = known;
    known = new Map();
    for (const [key, value] of values ?? []) {
      const old = before.get(key);
      if (old !== undefined && old[0] === value) {
        known.set(key, old);
        continue;
      }
      const row = rowOf(schema, value);
      const isRight = row !== undefined && getKey(row) === key;
      known.set(key, isRight ? [value, row] : [value]);
    }
    rows = [...known.values()].flatMap(([, row]) => row ?? []);
    return rows;
  };
}

/** Collections want schemas that answer at once. */
function rowOf<ROW>(
  schema: RowSchema<unknown, ROW>,
  value: unknown,
): ROW | undefined {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise || result.issues) return undefined;
  return result.value;
}
