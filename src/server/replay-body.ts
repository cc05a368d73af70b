import { HEARTBEAT_FRAME, LOG_START } from '../protocol/index.js';
import type { FollowerLease } from './chat-followers.js';
import { endFrames, restFrames, wholeFrames } from './replay-frames.js';

export interface ReplayOptions {
  readonly lease: FollowerLease;
  readonly runId: string;
  /** What the reader has; `undefined` for a whole replay of the message. */
  readonly after:
    | { readonly delivered: number; readonly offset?: string }
    | undefined;
  readonly heartbeatMs: number;
}

/**
 * A run's chunks as a UI message stream: what is there, then what comes, until
 * the run's end. It is written only as fast as it is read, from what the
 * follower holds anyway, so that a slow reader costs nothing.
 */
export function replayBody(options: ReplayOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const frames = replayFrames(options);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel() {
        options.lease.release();
        // Not awaited: it may hang in a wait for the next change.
        void frames.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* replayFrames({
  lease,
  runId,
  after,
  heartbeatMs,
}: ReplayOptions): AsyncGenerator<string, void, undefined> {
  const { follower } = lease;
  let isWhole = after === undefined;
  let position = after?.delivered ?? 0;
  let offset = after?.offset ?? LOG_START;
  try {
    for (;;) {
      const run = follower.state.runs.get(runId);
      // The log was replaced while it was read: to the reader this is a cut.
      if (run === undefined) return;
      const place = { position, from: offset, to: follower.state.offset };
      const frames = isWhole ? wholeFrames(run, place) : restFrames(run, place);
      isWhole = false;
      position = Math.max(position, run.chunks.length);
      offset = place.to;
      const isOver = run.status !== 'active';
      if (isOver) yield frames + endFrames(run);
      if (isOver) return;
      if (frames !== '') yield frames;
      else yield* heartbeatsUntil(follower.nextChange(), heartbeatMs);
    }
  } finally {
    lease.release();
  }
}

/** Heartbeats while nothing happens; ends with the change. */
async function* heartbeatsUntil(
  change: Promise<void>,
  heartbeatMs: number,
): AsyncGenerator<string, void, undefined> {
  for (;;) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const beat = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, heartbeatMs, true);
    });
    const isQuiet = await Promise.race([
      change.then(() => false),
      beat,
    ]).finally(() => clearTimeout(timer));
    if (!isQuiet) return;
    yield HEARTBEAT_FRAME;
  }
}

/** A body that is there already. */
export function finishedBody(frames: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(frames));
      controller.close();
    },
  });
}
