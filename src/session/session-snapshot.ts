import type { UIMessage } from 'ai';
import type {
  AgentValue,
  PresenceValue,
  RunStatus,
} from '../protocol/index.js';

/** A run that is producing. */
export interface SessionRunInfo {
  readonly id: string;
  readonly agentId: string;
  /** The message that it writes. */
  readonly messageId: string;
  /** What that message answers. */
  readonly parentId: string | null;
  readonly status: RunStatus;
}

/** How a message came to its end that was not finished. */
export interface MessageEnd {
  readonly status: Exclude<RunStatus, 'active' | 'done'>;
  /** What readers are told of a run that failed or was interrupted. */
  readonly error: string | undefined;
}

/** A tool call that waits for somebody's yes or no. */
export interface ApprovalRequest {
  /** The approval's id. */
  readonly id: string;
  readonly messageId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/**
 * What a session holds at one moment. Nothing in it ever changes: what is new
 * is a new object, and all else is the same one as before.
 */
export interface SessionSnapshot {
  /** The list (PROTOCOL.md, section 4), without answers that hold nothing yet. */
  readonly messages: readonly UIMessage[];
  /** By message id, who wrote it: a user, or an agent. */
  readonly authors: ReadonlyMap<string, string>;
  /** Those that are producing, the oldest first. */
  readonly runs: readonly SessionRunInfo[];
  /** By message id, for those whose newest run ended before its time. */
  readonly ends: ReadonlyMap<string, MessageEnd>;
  readonly presence: readonly PresenceValue[];
  readonly agents: readonly AgentValue[];
  /** Open requests of all messages, in their order. */
  readonly approvals: readonly ApprovalRequest[];
  /** The app's own records: by type, then by key. */
  readonly records: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
}
