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
 * How long a reader may leave unread what it was given, before it is sent away
 * to come back by its cursor: as long as it stays, the follower keeps all that
 * is said in the chat.
 */
const UNREAD_MS = 60_000;

/**
 * A run's chunks as a UI message stream: what is there, then what comes, until
 * the run's end. It is written only as fast as it is read, from what the
 * follower holds anyway, so that a slow reader costs nothing.
 */
export function replayBody(options: ReplayOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const frames = replayFrames(options);
  let unread: ReturnType<typeof setTimeout> | undefined;
  const leave = (): void => {
    clearTimeout(unread);
    options.lease.release();
    // Not awaited: it may hang in a wait for the next change.
    void frames.return();
  };
  const awaitReading = (
    controller: ReadableStreamDefaultController<Uint8Array>,
  ): void => {
    unread = setTimeout(() => {
      leave();
      controller.close();
    }, UNREAD_MS);
  };
  return new ReadableStream<Uint8Array>(
    {
      start: awaitReading,
      async pull(controller) {
        clearTimeout(unread);
        const { done, value } = await frames.next();
        if (done === true) return controller.close();
        controller.enqueue(encoder.encode(value));
        awaitReading(controller);
      },
      cancel: leave,
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
  let spokenAt = performance.now();
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

async function changesWithin(
  follower: FollowerLease['follower'],
  ms: number,
): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isQuiet = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const changes = follower.nextChange().then(() => true);
  return Promise.race([changes, isQuiet]).finally(() => clearTimeout(timer));
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
