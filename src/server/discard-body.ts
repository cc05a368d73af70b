const MAX_DISCARDED_BYTES = 16 * 1_048_576;

/** How long the sender may take for it. */
const PATIENCE_MS = 15_000;

/**
 * Reads what a refused request left of its body: a connection that stays in
 * the middle of one is of no use for the requests that come after it on the
 * same one. Within reason: then the body is cancelled, which ends the
 * connection. Never rejects.
 */
export async function discardBody({ body }: Request): Promise<void> {
  if (body === null || body.locked) return;
  const reader = body.getReader();
  const giveUp = (): void => void reader.cancel().catch(() => undefined);
  const timer = setTimeout(giveUp, PATIENCE_MS);
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
  } finally {
    clearTimeout(timer);
  }
}
