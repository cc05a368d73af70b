import { changesWithin, pulledBody } from '../../log/index.js';
import {
  DurableChatError,
  encodeFrame,
  HEARTBEAT_FRAME,
  OPENING_LINE,
} from '../../protocol/index.js';
import type { ChatSession } from './chat-session.js';
import type { SessionSnapshot } from './session-snapshot.js';

export interface SessionReader {
  readonly session: ChatSession;
  readonly actorId: string;
  /** The offset that the reader has; `undefined` for all there is. */
  readonly after: string | undefined;
  readonly heartbeatMs: number;
  /** Called once when the reader is gone, or the body has ended. */
  readonly onLeave: () => void;
}

/**
 * A session as it is, then its records as they come into the log (PROTOCOL.md,
 * "Sessions"). All readers get the same text; who reads slowly holds one piece
 * of it, and who falls too far behind gets the session as it is again.
 */
export function sessionBody(reader: SessionReader): ReadableStream<Uint8Array> {
  return pulledBody(sessionFrames(reader), reader.onLeave);
}

async function* sessionFrames({
  session,
  actorId,
  after,
  heartbeatMs,
  onLeave,
}: SessionReader): AsyncGenerator<string, void, undefined> {
  const { follower, frames } = session;
  let place = after;
  let spokenAt: number | undefined;
  try {
    for (;;) {
      const rest = place === undefined ? undefined : frames.after(place);
      if (rest === undefined) {
        const snapshot = await session.snapshot();
        place = snapshot.offset;
        yield snapshotFrame(snapshot, actorId);
      } else if (rest !== '') {
        place = frames.end;
        yield rest;
      } else if (spokenAt === undefined) {
        yield OPENING_LINE;
      } else {
        // What was read and is not for readers is a change, too.
        const quietMs = spokenAt + heartbeatMs - performance.now();
        if (await changesWithin(follower, quietMs)) continue;
        yield HEARTBEAT_FRAME;
      }
      spokenAt = performance.now();
    }
  } catch (error) {
    if (!isLost(error)) throw error;
    yield encodeFrame('{}', undefined, 'end');
  } finally {
    onLeave();
  }
}

function snapshotFrame(
  { offset, records }: SessionSnapshot,
  actorId: string,
): string {
  const rest = JSON.stringify({ offset, actorId });
  const data = `{"records":${records},${rest.slice(1)}`;
  return encodeFrame(data, offset, 'snapshot');
}

const isLost = (error: unknown): boolean =>
  error instanceof DurableChatError && error.code === 'log-lost';
