import type { StoreUsage } from '../servers/store-usage.js';
import { BenchProcess } from './bench-process.js';
import type { Store } from './store.js';

/** The official streams server, in memory. */
export async function startStreamsStore(): Promise<Store> {
  const server = await BenchProcess.start('streams-server.ts');
  return {
    url: server.url,
    // CAST: the answer of `streams-server.ts`.
    usage: async () => (await server.ask('usage')) as StoreUsage,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
