import type { StoreUsage } from '../servers/store-usage.js';

/** Where a contender keeps its answers: a process that only it uses. */
export interface Store extends AsyncDisposable {
  readonly url: string;
  usage(): Promise<StoreUsage>;
}

/** What was used between two readings; connections are those of the later. */
export function usedSince(before: StoreUsage, after: StoreUsage): StoreUsage {
  return {
    requests: after.requests - before.requests,
    bytesIn: after.bytesIn - before.bytesIn,
    bytesOut: after.bytesOut - before.bytesOut,
    cpu: after.cpu - before.cpu,
    connections: after.connections,
  };
}
