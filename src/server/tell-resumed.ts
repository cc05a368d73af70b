import type { Cursor } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import type { ResumeServed } from './durable-chat-event.js';

/** A reader that is about to be served. */
export interface Resuming {
  readonly context: ChatContext;
  readonly chatId: string;
  /** When it asked. */
  readonly since: number;
}

/** What it gets of which run. */
export interface Served {
  readonly runId: string;
  readonly source: ResumeServed['source'];
  /** What its reader has; `undefined` where it begins the message anew. */
  readonly after: Pick<Cursor, 'delivered'> | undefined;
  /** How many chunks the run, or its message, has by now. */
  readonly length: number;
}

/** Tells `onEvent` that a reader is served. */
export function tellResumed(
  { context: { tell, now }, chatId, since }: Resuming,
  { runId, source, after, length }: Served,
): void {
  tell?.({
    type: 'resume-served',
    chatId,
    runId,
    source,
    after: after === undefined ? 'start' : 'cursor',
    replayedChunks: Math.max(0, length - (after?.delivered ?? 0)),
    durationMs: now() - since,
  });
}
