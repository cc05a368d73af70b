export {
  DurableChatError,
  type AgentValue,
  type DurableChatErrorCode,
  type PresenceValue,
} from '../protocol/index.js';
export {
  DurableSession,
  type DurableSessionOptions,
} from './durable-session.js';
export type {
  DurableSessionSnapshot,
  SessionStatus,
} from './durable-session-snapshot.js';
export type { NewMessage } from './new-user-message.js';
export type { UnsentMessage } from './outbox.js';
export type {
  ApprovalRequest,
  MessageEnd,
  SessionRunInfo,
} from './session-snapshot.js';
