/** What programs call things. Not a sentence, which may tell what was said. */
const NAME = /^[\w.-]{1,64}$/;

/**
 * A short name for what went wrong, for tables and counters: the HTTP status,
 * or else the error's code, its cause's, or its name. Nothing of its message.
 */
export function failureCode(error: unknown, status?: number): string {
  if (status !== undefined) return String(status);
  const cause = fieldOf(error, 'cause');
  const names = [
    fieldOf(error, 'code'),
    fieldOf(cause, 'code'),
    fieldOf(error, 'name'),
  ];
  return names.find(isName) ?? 'Error';
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && NAME.test(value);

function fieldOf(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null;
  // CAST: looked up, not taken for granted.
  return isObject ? (value as Record<string, unknown>)[name] : undefined;
}
