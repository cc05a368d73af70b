import type { StreamRequest } from './send-request.js';

/** What one request to a stream has come to so far. */
export interface WatchedRequest {
  readonly request: StreamRequest;
  /** How often it was sent. At least 1. */
  readonly tries: number;
  /** Since the first try. */
  readonly elapsedMs: number;
}

/**
 * Told of the requests to a stream, by whom they are made (`StreamTarget`).
 * Must not throw, and is waited for by nobody.
 */
export interface RequestWatch {
  /** The streams server has answered, whatever it said. */
  onAnswer(watched: WatchedRequest & { readonly status: number }): void;
  /** A try got no answer, or one that another try may change. */
  onFailedTry(
    watched: WatchedRequest & {
      readonly cause: unknown;
      readonly status: number | undefined;
      /** Before the next try; `undefined` where this was the last. */
      readonly delayMs: number | undefined;
    },
  ): void;
}
