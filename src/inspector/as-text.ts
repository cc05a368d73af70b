/** Of a field that should be text, and may be anything that JSON holds. */
export const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
