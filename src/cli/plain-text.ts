// C0, DEL and C1: what a terminal takes for an order. And what turns text round.
const ORDERS =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** On one line, and nothing but text: what a model said may not steer a terminal. */
export const plainText = (text: string): string =>
  text.replaceAll(ORDERS, ' ').trim();

/** The same of many lines, which stay lines. */
export const plainLines = (text: string): string =>
  text.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g,
    '',
  );

/** Not more than `length` characters of it. */
export function shortened(text: string, length: number): string {
  const plain = plainText(text.slice(0, length * 4));
  return plain.length <= length && text.length <= length * 4
    ? plain
    : `${plain.slice(0, length - 1)}…`;
}
