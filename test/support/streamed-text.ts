/** The deltas of an answer's text, as a Chat would get them. */
export async function* deltasOf(
  stream: ReadableStream<unknown> | null,
): AsyncGenerator<string, void, undefined> {
  for await (const chunk of stream ?? []) {
    // CAST: only read from.
    const { delta } = chunk as { readonly delta?: unknown };
    if (typeof delta === 'string') yield delta;
  }
}

/** All of them. */
export async function streamedText(
  stream: ReadableStream<unknown> | null,
): Promise<string> {
  return (await Array.fromAsync(deltasOf(stream))).join('');
}
