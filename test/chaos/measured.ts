/** What an app server says of itself, after its garbage was collected. */
export interface Measured {
  readonly heapUsed: number;
  readonly rss: number;
  /** Open handles by kind (`process.getActiveResourcesInfo`). */
  readonly resources: Readonly<Record<string, number>>;
  /** How often `onError` was called, by source. */
  readonly errors: Readonly<Record<string, number>>;
}

export const socketsOf = ({ resources }: Measured): number =>
  resources['TCPSocketWrap'] ?? 0;
