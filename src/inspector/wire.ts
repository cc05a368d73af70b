import type { UIMessage } from 'ai';

/** A chat that the inspector knows of. */
export interface KnownChat {
  readonly id: string;
  /** Epoch milliseconds; 0 where nothing tells. */
  readonly createdAt: number;
}

/** All chats that are known. */
export interface ChatsAnswer {
  readonly chats: readonly KnownChat[];
  /** Whether the streams server lists its streams; else chats are named by hand. */
  readonly isListed: boolean;
  /** Why the streams server could not be asked. */
  readonly problem?: string | undefined;
}

/** One record of a log. */
export interface RecordRow {
  /** Its number in the log, from 1. */
  readonly number: number;
  /** Where a reader goes on after it. */
  readonly offset: string;
  readonly type: string;
  readonly key: string;
  readonly actor?: string | undefined;
  /** Epoch milliseconds. */
  readonly at?: number | undefined;
  readonly summary: string;
  /** The run that it is of. */
  readonly runId?: string | undefined;
  /** The record itself, as JSON. */
  readonly text: string;
}

/** A run as the records tell it. */
export interface RunInfo {
  readonly id: string;
  readonly agentId: string;
  readonly messageId: string;
  readonly status: 'active' | 'done' | 'stopped' | 'failed' | 'interrupted';
  /** The producer epoch under which its newest record was written. */
  readonly epoch: number;
  readonly attempt: number;
  readonly leaseMs: number;
  /** When its newest record was written. */
  readonly at: number;
  readonly begunAt: number;
  /** When it is presumed dead, unless another record comes. */
  readonly deadline: number;
  readonly chunks: number;
  readonly error?: string | undefined;
}

/** Event `records`: what came, in the log's order, and the runs that it changed. */
export interface RecordsEvent {
  readonly rows: readonly RecordRow[];
  readonly runs: readonly RunInfo[];
}

/** Event `connection`: of this page's connection to the streams server. */
export interface ConnectionEvent {
  readonly kind: 'opening' | 'opened' | 'lost' | 'resumed' | 'ended';
  readonly at: number;
  /** Up to which record it had everything. */
  readonly number: number;
  readonly offset: string;
  readonly text: string;
}

/** How this page's connection is to be treated. */
export interface LineState {
  readonly isOffline: boolean;
  readonly delayMs: number;
}

/** The chat as it stood after a record. */
export interface Moment {
  readonly number: number;
  /** How many messages there were before those that are told. */
  readonly earlier: number;
  readonly messages: readonly MomentMessage[];
}

export interface MomentMessage {
  readonly message: UIMessage;
  readonly actorId: string;
  /** Whether a run was writing into it. */
  readonly isWritten: boolean;
}

/** What came of a button. */
export interface DeedResult {
  readonly ok: boolean;
  readonly text: string;
}
