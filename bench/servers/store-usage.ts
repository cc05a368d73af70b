/** What has been asked of a store so far. */
export interface StoreUsage {
  /** HTTP requests, or Redis commands. */
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Microseconds on a core. */
  readonly cpu: number;
  /** Requests that are being answered now, or clients that are connected. */
  readonly connections: number;
}
