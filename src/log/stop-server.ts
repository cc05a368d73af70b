import type { DurableStreamTestServer } from '@durable-streams/server';

/** A read that waits for news. */
interface Wait {
  resolve(messages: readonly never[]): void;
}

/**
 * Stops a streams server of this process. `@durable-streams/server` 0.3.7 ends the
 * reads that wait then, but only every other one: it walks through a list from
 * which each takes itself away. The rest would hold the process for half a minute,
 * and then fail on a closed database.
 */
export async function stopServer(
  server: DurableStreamTestServer,
): Promise<void> {
  // Before it stops, for then it forgets them.
  const waits = waitsIn(server);
  const stopped = server.stop();
  for (const wait of waits) wait.resolve([]);
  await stopped;
}

/** Of a version that has no such list there are none. */
function waitsIn(server: DurableStreamTestServer): readonly Wait[] {
  // CAST: looked at field by field; the class keeps it private.
  const store = server.store as unknown as Record<string, unknown>;
  const waits = store['pendingLongPolls'];
  // CAST: its own list, of which the package exports nothing.
  return Array.isArray(waits) ? [...(waits as Wait[])] : [];
}
