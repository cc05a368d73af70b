import type { DurableStreamTestServer } from '@durable-streams/server';

/** How many streams may be written at once. */
const MAX_HANDLES = 4_096;

type Pool = new (maxHandles: number) => unknown;

/**
 * `@durable-streams/server` 0.3.7 keeps 100 files open, and closes the one that
 * it needs least even while an append to it is under way: that append, and all
 * of its writer's after it, then never get an answer. So more are kept open.
 *
 * Before the server starts; of a version that has no such pool nothing changes.
 */
export function keepHandlesOpen(server: DurableStreamTestServer): void {
  // CAST: looked at field by field; the class keeps it private.
  const store = server.store as unknown as Record<string, unknown>;
  const pool = store['fileHandlePool'];
  if (typeof pool !== 'object' || pool === null) return;
  // CAST: its own class, of which the package exports nothing.
  const { constructor: FileHandlePool } = pool as { constructor: Pool };
  store['fileHandlePool'] = new FileHandlePool(MAX_HANDLES);
}
