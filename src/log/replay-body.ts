import {
  HEARTBEAT_FRAME,
  LOG_START,
  OPENING_LINE,
  type RunState,
} from '../protocol/index.js';
import { changesWithin, type Changing } from './changes-within.js';
import type { ChatFollower } from './chat-follower.js';
import { pulledBody } from './pulled-body.js';
import {
  endFrames,
  restFrames,
  wholeReplay,
  type WholeReplay,
} from './replay-frames.js';

/** A run as it is stored: read from the log, or known to who writes it. */
export interface RunSource extends Changing {
  /** `undefined` once it cannot be read from here any more. */
  readonly run: RunState | undefined;
  /** The log's offset, where the run is as it is. */
  readonly offset: string;
}

/** A run as a follower reads it. */
export function followedRun(follower: ChatFollower, runId: string): RunSource {
  return {
    get run() {
      return follower.state.runs.get(runId);
    },
    get offset() {
      return follower.state.offset;
    },
    nextChange: () => follower.nextChange(),
  };
}

/** What a reader has of a run. */
export interface Delivered {
  readonly delivered: number;
  readonly offset?: string;
}

export interface ReplayOptions {
  readonly source: RunSource;
  /** Lets go of the source; maybe more than once. */
  readonly release?: (() => void) | undefined;
  /** What the reader has; `undefined` for a whole replay of the message. */
  readonly after: Delivered | undefined;
  readonly heartbeatMs: number;
}

/**
 * A run's chunks as a UI message stream: what is there, then what comes, until
 * the run's end. All of it is made from what the follower holds anyway, so that
 * a slow reader costs next to nothing.
 */
export function replayBody(options: ReplayOptions): ReadableStream<Uint8Array> {
  return pulledBody(replayFrames(options), options.release);
}

/**
 * What a reader lacks at the moment, and what it has then: all of the message
 * where it has nothing.
 */
export function nextFrames(
  run: RunState,
  to: string,
  after: Delivered | undefined,
): WholeReplay {
  if (after === undefined) return wholeReplay(run, to);
  const { delivered: position, offset: from = LOG_START } = after;
  const frames = restFrames(run, { position, from, to });
  const delivered = Math.max(position, run.firstSeq + run.chunks.length);
  return { frames, delivered, offset: to };
}

/** The same as frames. */
export async function* replayFrames({
  source,
  release,
  after,
  heartbeatMs,
}: ReplayOptions): AsyncGenerator<string, void, undefined> {
  let place = after;
  let spokenAt: number | undefined;
  try {
    for (;;) {
      const { run, offset: to } = source;
      // The log was replaced while it was read: to the reader this is a cut.
      if (run === undefined) return;
      const isWhole = place === undefined;
      const next = nextFrames(run, to, place);
      const { frames } = next;
      place = next;
      if (isWhole) {
        if (frames === '') continue;
        yield frames;
        spokenAt = performance.now();
        continue;
      }
      const isOver = run.status !== 'active';
      if (isOver) yield frames + endFrames(run);
      if (isOver) return;
      if (frames !== '') {
        yield frames;
      } else if (spokenAt === undefined) {
        yield OPENING_LINE;
      } else {
        // A run's own heartbeat is a change that says nothing to the reader.
        const quietMs = spokenAt + heartbeatMs - performance.now();
        if (await changesWithin(source, quietMs)) continue;
        yield HEARTBEAT_FRAME;
      }
      spokenAt = performance.now();
    }
  } finally {
    release?.();
  }
}

/** A body that is there already. */
export function finishedBody(frames: string): ReadableStream<Uint8Array> {
  async function* all(): AsyncGenerator<string, void, undefined> {
    yield frames;
  }
  return pulledBody(all());
}
