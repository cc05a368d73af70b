import { HEARTBEAT_FRAME, LOG_START } from '../protocol/index.js';
import { changesWithin } from './changes-within.js';
import type { FollowerLease } from './chat-followers.js';
import { pulledBody } from './pulled-body.js';
import { endFrames, restFrames, wholeReplay } from './replay-frames.js';

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
 * the run's end. All of it is made from what the follower holds anyway, so that
 * a slow reader costs next to nothing.
 */
export function replayBody(options: ReplayOptions): ReadableStream<Uint8Array> {
  const { lease } = options;
  return pulledBody(replayFrames(options), () => lease.release());
}

/** The same as frames. */
export async function* replayFrames({
  lease,
  runId,
  after,
  heartbeatMs,
}: ReplayOptions): AsyncGenerator<string, void, undefined> {
  const { follower } = lease;
  let place = after;
  let spokenAt = performance.now();
  try {
    for (;;) {
      const { runs, offset: to } = follower.state;
      const run = runs.get(runId);
      // The log was replaced while it was read: to the reader this is a cut.
      if (run === undefined) return;
      if (place === undefined) {
        const whole = wholeReplay(run, to);
        place = whole;
        yield whole.frames;
        continue;
      }
      const { delivered: position, offset: from = LOG_START } = place;
      const frames = restFrames(run, { position, from, to });
      const delivered = Math.max(position, run.chunks.length);
      place = { delivered, offset: to };
      const isOver = run.status !== 'active';
      if (isOver) yield frames + endFrames(run);
      if (isOver) return;
      if (frames === '') {
        // A run's own heartbeat is a change that says nothing to the reader.
        const quietMs = spokenAt + heartbeatMs - performance.now();
        if (await changesWithin(follower, quietMs)) continue;
      }
      yield frames || HEARTBEAT_FRAME;
      spokenAt = performance.now();
    }
  } finally {
    lease.release();
  }
}

/** A body that is there already. */
export function finishedBody(frames: string): ReadableStream<Uint8Array> {
  async function* all(): AsyncGenerator<string, void, undefined> {
    yield frames;
  }
  return pulledBody(all());
}
