/** The fields that are neither absent nor `null`. */
export function presentFields(
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => (value ?? null) !== null),
  );
}
