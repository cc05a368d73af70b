import type * as Client from 'ai-durable-transport';
import type * as Server from 'ai-durable-transport/server';
import type * as Session from 'ai-durable-transport/session';

// What users get: the build, not the sources that the type names stand for.
// Another build may be measured in its place, for comparisons.
const dist =
  process.env.BENCH_DIST ?? new URL('../../dist', import.meta.url).href;

export async function loadClient(): Promise<typeof Client> {
  // CAST: the build of that very entry.
  return (await import(`${dist}/index.js`)) as typeof Client;
}

export async function loadServer(): Promise<typeof Server> {
  // CAST: the build of that very entry.
  return (await import(`${dist}/server/index.js`)) as typeof Server;
}

export async function loadSession(): Promise<typeof Session> {
  // CAST: the build of that very entry.
  return (await import(`${dist}/session/index.js`)) as typeof Session;
}
