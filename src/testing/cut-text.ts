/**
 * The deltas of a text: its words, or so many pieces of about one length.
 * Never cuts a character apart: models do not either.
 */
export function cutText(text: string, pieces?: number): readonly string[] {
  if (pieces === undefined) return text.match(/\s*\S+\s*$|\s*\S+/g) ?? [text];
  const characters = Array.from(text);
  const count = Math.max(1, Math.min(pieces, characters.length));
  const edge = (piece: number): number =>
    Math.round((piece * characters.length) / count);
  return Array.from({ length: count }, (_, piece) =>
    characters.slice(edge(piece), edge(piece + 1)).join(''),
  );
}
