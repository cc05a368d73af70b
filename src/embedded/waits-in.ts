import type { DurableStreamTestServer } from '@durable-streams/server';

/** A read that waits for news. */
interface Wait {
  resolve(messages: readonly never[]): void;
}

/**
 * `@durable-streams/server` 0.3.7 ends such reads when it stops, but only every
 * other one: it walks through a list from which each takes itself away. The rest
 * would hold the process for half a minute, and then fail on a closed database.
 *
 * Before it stops, for then it forgets them; of a version that has no such list
 * there are none.
 */
export function waitsIn(server: DurableStreamTestServer): readonly Wait[] {
  // CAST: looked at field by field; the class keeps it private.
  const store = server.store as unknown as Record<string, unknown>;
  const waits = store['pendingLongPolls'];
  // CAST: its own list, of which the package exports nothing.
  return Array.isArray(waits) ? [...(waits as Wait[])] : [];
}
