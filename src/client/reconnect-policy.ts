/** How a dropped connection is taken up again. All times in milliseconds. */
export interface ReconnectOptions {
  /** The first wait is a random part of this. Default 250. */
  readonly initialDelayMs?: number | undefined;
  /** No wait is longer than this. Default 10,000. */
  readonly maxDelayMs?: number | undefined;
  /**
   * How long to try before the stream fails with `unreachable`. Time offline
   * or in a hidden tab does not count. Default 120,000.
   */
  readonly giveUpAfterMs?: number | undefined;
  /** No bytes for so long is a drop. Server heartbeats come every 10 s. Default 25,000. */
  readonly stallTimeoutMs?: number | undefined;
}

export type ReconnectPolicy = {
  readonly [Name in keyof ReconnectOptions]-?: number;
};

export function reconnectPolicy(
  options: ReconnectOptions = {},
): ReconnectPolicy {
  return {
    initialDelayMs: options.initialDelayMs ?? 250,
    maxDelayMs: options.maxDelayMs ?? 10_000,
    giveUpAfterMs: options.giveUpAfterMs ?? 120_000,
    stallTimeoutMs: options.stallTimeoutMs ?? 25_000,
  };
}
