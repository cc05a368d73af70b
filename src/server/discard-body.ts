const MAX_DISCARDED_BYTES = 16 * 1_048_576;

/**
 * Reads what a refused request left of its body: a connection that stays in
 * the middle of one is of no use for the requests that come after it on the
 * same one. Within reason. Never rejects.
 */
export async function discardBody({ body }: Request): Promise<void> {
  if (body === null || body.locked) return;
  const reader = body.getReader();
  let left = MAX_DISCARDED_BYTES;
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The client hung up.
  }
}
