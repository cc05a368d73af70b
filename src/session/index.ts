/** @module ai-durable-transport/session */
export {
  DurableChatError,
  type AgentValue,
  type AnswerValue,
  type DurableChatErrorCode,
  type PresenceValue,
  type RunStatus,
  type SchemaResult,
  type StandardSchema,
} from '../protocol/index.js';
export { conflictingAnswer } from './conflicting-answer.js';
export {
  DurableSession,
  type DurableSessionOptions,
  type ForkOptions,
  type RegenerateOptions,
} from './durable-session.js';
export type {
  DurableSessionSnapshot,
  SessionStatus,
} from './durable-session-snapshot.js';
export type { NewMessage } from './new-user-message.js';
export type { UnsentMessage } from './outbox.js';
export type { SessionCallbacks } from './session-events.js';
export type {
  ApprovalRequest,
  MessageEnd,
  SessionRunInfo,
} from './session-snapshot.js';
export type { PresenceChange } from './own-presence.js';
export type {
  AppRecordKey,
  ApprovalAnswer,
  ToolAnswer,
} from './session-actions.js';
export type { SessionRequestOptions } from './session-requests.js';
