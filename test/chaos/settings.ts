import { once } from 'node:events';

/** What the parent says when the process is to begin. It ends with its parent. */
export async function settings(): Promise<Record<string, string>> {
  process.on('disconnect', () => process.exit());
  process.send?.({ kind: 'loaded' });
  // CAST: what `ReservedProcess` sends first.
  const [given] = (await once(process, 'message')) as [Record<string, string>];
  return given;
}
