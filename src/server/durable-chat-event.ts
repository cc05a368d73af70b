import type { RunStatus } from '../protocol/index.js';

/** A run of this instance. */
interface OfRun {
  readonly chatId: string;
  readonly runId: string;
}

/** Told before `respond` is called. Exactly one `run-ended` follows. */
export interface RunStarted extends OfRun {
  readonly type: 'run-started';
  /** `assistant`, or an agent of a session. */
  readonly agentId: string;
  /** Whether it goes on with a message that is there already. */
  readonly isContinuation: boolean;
}

/** The first chunk that says something: not `start`, `start-step` or metadata. */
export interface RunFirstChunk extends OfRun {
  readonly type: 'run-first-chunk';
  readonly elapsedMs: number;
}

/** The last event of a run, told when its end is stored, or never will be. */
export interface RunEnded extends OfRun {
  readonly type: 'run-ended';
  readonly agentId: string;
  readonly messageId: string;
  /**
   * How it ended. One that came to its end, but was sealed before that was
   * stored, is `stopped`, unless the log has all of it. `abandoned`: something
   * else was answered in its place, as when a wrapped handler refuses, or another
   * run answers the same POST.
   */
  readonly status: Exclude<RunStatus, 'active'> | 'abandoned';
  /** Until the answer was over; what is stored after that is not in it. */
  readonly durationMs: number;
  readonly chunks: number;
  /** Whether the log has it to its end, or to the end that somebody gave it. */
  readonly isStored: boolean;
  /** Whether somebody else ended it: it was sealed. */
  readonly isSealed: boolean;
  /** Of a run that failed: what went wrong, see `AppendRetried`. */
  readonly code?: string;
}

/** Records are in the chat's log or in its history. */
export interface AppendStored {
  readonly type: 'append-stored';
  readonly chatId: string;
  readonly stream: 'log' | 'history';
  /** The run that wrote them; absent for what no run of this instance writes. */
  readonly runId?: string;
  /** How many chunks: none in a run's first append, nor in a sign of life. */
  readonly chunks: number;
  readonly bytes: number;
  /** From the first try to the answer. */
  readonly durationMs: number;
  /** 1 where it was sent once. */
  readonly tries: number;
}

/** A write failed and is tried again. */
export interface AppendRetried {
  readonly type: 'append-retried';
  readonly chatId: string;
  readonly stream: 'log' | 'history' | 'blob';
  readonly runId?: string;
  /**
   * The status of the answer (`503`); without one the code of the error
   * (`ECONNREFUSED`), or its name. Never its message.
   */
  readonly code: string;
  /** So far. */
  readonly tries: number;
  /** Until the next try. */
  readonly delayMs: number;
}

/** This instance ended a run of which it is not, or is no more, the writer. */
export interface RunSealed extends OfRun {
  readonly type: 'run-sealed';
  /**
   * `lease`: it was silent past its lease. `stop`: somebody asked for it.
   * `newer-run`: the agent has begun another.
   */
  readonly reason: 'lease' | 'stop' | 'newer-run';
}

/** A reader has come back to a run, or come to it later. */
export interface ResumeServed extends OfRun {
  readonly type: 'resume-served';
  /** Where its reader goes on: from its cursor, or the message's start. */
  readonly after: 'cursor' | 'start';
  /**
   * What it is read from: what the run's writer knows (`memory`), the chat's
   * log, or its history.
   */
  readonly source: 'memory' | 'log' | 'history';
  /** How many chunks were there, before they are compacted. */
  readonly replayedChunks: number;
  /** From the request to its answer. What the run says later is not in it. */
  readonly durationMs: number;
}

/** The response to a POST is over. */
export interface LiveReaderLeft extends OfRun {
  readonly type: 'live-reader-left';
  /**
   * `end`: it was given all. `gone`: its connection ended. `lag`: it was 1 MB
   * behind, and sent away. `cut`: it was sent to the log, for this process had
   * stood still.
   */
  readonly reason: 'end' | 'gone' | 'lag' | 'cut';
  /** The most that it was behind, as it was seen before each write. */
  readonly lagBytes: number;
}

/** A large part stands beside the log. */
export interface BlobStored extends OfRun {
  readonly type: 'blob-stored';
  readonly bytes: number;
  readonly durationMs: number;
}

/** The streams server failed three requests in a row: told once. */
export interface StoreAway {
  readonly type: 'store-away';
  /** As of `AppendRetried`. */
  readonly code: string;
}

/** It answers again. */
export interface StoreBack {
  readonly type: 'store-back';
  /** Since the first request that failed. */
  readonly awayMs: number;
}

/**
 * What `onEvent` is told, by `type`. Times are milliseconds, and none holds what
 * was said, or who said it. More types, and more fields, may come: leave alone
 * what you do not know.
 */
export type DurableChatEvent =
  | (RunStarted | RunFirstChunk | RunEnded | RunSealed)
  | (AppendStored | AppendRetried | BlobStored)
  | (ResumeServed | LiveReaderLeft)
  | (StoreAway | StoreBack);
