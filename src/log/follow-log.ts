import { DurableChatError } from '../protocol/index.js';
import { FollowProgress } from './follow-progress.js';
import { connectLive, type LivePosition } from './live-connection.js';
import type { LogBatch } from './log-batch.js';
import { RequestScope } from './request-scope.js';
import { DEFAULT_RETRY_POLICY, type RequestOptions } from './retry-policy.js';
import type { FailedTry } from './send-with-retries.js';
import { sleep } from './sleep.js';
import type { StreamTarget } from './stream-target.js';

/** Above the 30 s after which a silent Node server sends a sign of life. */
const STALL_TIMEOUT_MS = 45_000;

/** A connection that was lost and is about to be replaced. */
export interface FollowDrop {
  readonly cause: unknown;
  /** Connections in a row that were of no use; 1 after one that was. */
  readonly failures: number;
}

export interface FollowLogOptions extends RequestOptions {
  /** From where: a batch's `offset`, or `LOG_START`. */
  readonly offset: string;
  /**
   * `long-poll`: one answer after the other, which caches on the way may share
   * between readers. Default `sse`, and polling where that does not get through.
   */
  readonly mode?: LivePosition['mode'] | undefined;
  /** Nothing for this long, not even a sign of life, is a drop. Default 45,000. */
  readonly stallTimeoutMs?: number | undefined;
  /** Called for each lost connection, before the wait. Must not throw. */
  readonly onReconnect?: ((drop: FollowDrop) => void) | undefined;
}

type ConnectionEnd = 'closed' | 'rotate' | FailedTry;

/**
 * Everything that stands in the log after `offset` and everything that will,
 * until it is closed or the signal fires: both end it without an error.
 *
 * A connection that is cut, ends, stalls or carries what is not the protocol's
 * is replaced from the offset of the last batch, so that nothing is lost and
 * nothing comes twice. The first batch, and the first after a drop, may be empty
 * and says whether it is `upToDate`; beside that, only news is passed on.
 *
 * Throws `log-lost` (deleted, expired, or not the log that `offset` came from),
 * `forbidden`, `rejected`, and `store-unavailable` when no batch came for
 * `giveUpAfterMs` after a drop. A deleted log shows after `stallTimeoutMs` at
 * the latest.
 */
export async function* followLog(
  target: StreamTarget,
  options: FollowLogOptions,
): AsyncGenerator<LogBatch, void, undefined> {
  const { offset, mode = 'sse', signal, onReconnect } = options;
  const retry = options.retry ?? DEFAULT_RETRY_POLICY;
  const progress = new FollowProgress({ mode, offset }, retry);
  while (!signal?.aborted) {
    const end = yield* connection(target, progress, options);
    if (end === 'closed') return;
    if (end === 'rotate' || signal?.aborted) continue;
    const delayMs = progress.drop(end);
    onReconnect?.({ cause: end.cause, failures: progress.failures });
    await sleep(delayMs, signal).catch(() => undefined);
  }
}

async function* connection(
  target: StreamTarget,
  progress: FollowProgress,
  options: FollowLogOptions,
): AsyncGenerator<LogBatch, ConnectionEnd, undefined> {
  const scope = new RequestScope(options.signal);
  try {
    progress.open();
    return yield* batchesOf(target, progress, { ...options, scope });
  } catch (cause) {
    if (cause instanceof DurableChatError && !options.signal?.aborted) {
      throw cause;
    }
    return { kind: 'failed', cause };
  } finally {
    scope.close();
  }
}

async function* batchesOf(
  target: StreamTarget,
  progress: FollowProgress,
  options: FollowLogOptions & { readonly scope: RequestScope },
): AsyncGenerator<LogBatch, ConnectionEnd, undefined> {
  const { scope, retry = DEFAULT_RETRY_POLICY } = options;
  const stallTimeoutMs = options.stallTimeoutMs ?? STALL_TIMEOUT_MS;
  const liveOptions = { scope, retry, stallTimeoutMs };
  const live = await connectLive(target, progress.position, liveOptions);
  if (live.kind === 'failed') return live;
  if (live.kind === 'no-sse') {
    progress.pollInstead();
    return 'rotate';
  }
  if (live.kind === 'polled') {
    scope.lift();
    const { batch } = live;
    if (progress.take(batch, live.cursor)) yield batch;
    return batch.closed ? 'closed' : afterPoll(progress);
  }
  progress.streaming();
  for await (const batch of live.batches) {
    if (progress.take(batch)) yield batch;
    if (batch.closed) return 'closed';
  }
  return scope.signal.aborted
    ? { kind: 'failed', cause: scope.signal.reason }
    : lost('The connection ended, but the log has not.');
}

/** Polls that come back empty at once must not become a hot loop. */
function afterPoll({ fruitful }: FollowProgress): ConnectionEnd {
  if (fruitful) return 'rotate';
  return lost('The long poll came back at once and brought nothing.');
}

function lost(message: string): FailedTry {
  return { kind: 'failed', cause: new DOMException(message, 'NetworkError') };
}
