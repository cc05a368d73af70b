import type { UIMessage } from 'ai';
import type {
  AgentRecord,
  AnswerRecord,
  PresenceRecord,
  RegenerationRecord,
} from './session-record.js';
import type { StreamChunk } from './stream-chunk.js';

/** A `message` record's value: the `UIMessage` and where it belongs. */
export type MessageValue = UIMessage & {
  /** The message this one answers or follows; `null` for the first. */
  readonly parentId: string | null;
  /** Who wrote it, as the server established it. */
  readonly actorId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

export interface MessageRecord {
  readonly type: 'message';
  /** The message id. */
  readonly key: string;
  /** Absent on a delete. */
  readonly value?: MessageValue;
  readonly headers: { readonly operation: 'upsert' | 'delete' };
}

export type RunStatus =
  | 'active'
  | 'done'
  | 'stopped'
  | 'failed'
  | 'interrupted';

/**
 * What a run's chunks are: absent, UI message chunks of the AI SDK; `events`,
 * server-sent events of any protocol, which are kept as they came.
 */
export type RunFormat = 'events';

export interface RunValue {
  readonly id: string;
  /** The message that the run writes into. */
  readonly messageId: string;
  /** What that message answers; `null` where the chat begins with it. */
  readonly parentId: string | null;
  readonly agentId: string;
  /** The producer epoch under which the run's chunks are written. */
  readonly epoch: number;
  /** 1 for a first start; 0 for a run that was stopped before it began. */
  readonly attempt: number;
  readonly status: RunStatus;
  /** When this record was written, epoch milliseconds. */
  readonly at: number;
  /** How long the run may be silent before it is presumed dead. */
  readonly leaseMs: number;
  /** The `Idempotency-Key` of the POST that started it. */
  readonly idempotencyKey?: string;
  /** The message that made an agent run; absent where a POST did. */
  readonly triggerId?: string;
  /**
   * Of this start alone, where the run's id is one that several may begin at
   * once: so that each knows whether it was its own.
   */
  readonly startId?: string;
  readonly format?: RunFormat;
  /** What readers are told of a run that failed or was interrupted. */
  readonly error?: string;
}

export interface RunRecord {
  readonly type: 'run';
  /** The run id. */
  readonly key: string;
  readonly value: RunValue;
  readonly headers: { readonly operation: 'upsert' };
}

export interface ChunkValue {
  readonly runId: string;
  readonly messageId: string;
  /** The agent that runs. */
  readonly actorId: string;
  readonly role: 'assistant';
  /** How many chunks of the run stand before this batch. */
  readonly seq: number;
  readonly chunks: readonly StreamChunk[];
}

export interface ChunkRecord {
  readonly type: 'chunk';
  /** `{runId}:{seq}` */
  readonly key: string;
  readonly value: ChunkValue;
  readonly headers: { readonly operation: 'insert' };
}

/**
 * Only in the history: everything up to `offset` of the log stands here, if
 * everything up to `since` does. Without `since` it always counts.
 */
export interface CheckpointRecord {
  readonly type: 'checkpoint';
  readonly key: 'checkpoint';
  readonly value: {
    readonly offset: string;
    readonly since?: string | undefined;
    readonly at: number;
    /**
     * The app's types whose records stand in this part of the history, if the
     * log's own records do, marked and in their order.
     */
    readonly appTypes?: readonly string[] | undefined;
  };
  readonly headers: { readonly operation: 'upsert' };
}

/** One JSON item of the log or the history: a State Protocol change event. */
export type LogRecord =
  | MessageRecord
  | RunRecord
  | ChunkRecord
  | CheckpointRecord
  | PresenceRecord
  | AgentRecord
  | AnswerRecord
  | RegenerationRecord;
