/** Events as the lines of a recorded stream. */
export const lines = (...events: readonly object[]): readonly string[] =>
  events.map((event) => JSON.stringify(event));

/** An event for each word of a text. */
export function byWord<T>(text: string, event: (word: string) => T): T[] {
  return (text.match(/\s*\S+/g) ?? []).map(event);
}
