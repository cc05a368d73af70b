/** @module ai-durable-transport/server */
export { allowAnyone } from './allow-anyone.js';
export {
  createDurableChat,
  type DurableChat,
  type Recover,
} from './create-durable-chat.js';
export {
  DurableChatError,
  isBlobReference,
  type BlobReference,
  type DurableChatErrorCode,
  type RunStatus,
  type SchemaResult,
  type StandardSchema,
} from '../protocol/index.js';
export type { EventsOptions } from './events-request.js';
export type { LoadedChat } from './load-chat.js';
export type { DurableChatEvent } from './durable-chat-event.js';
export type {
  Actor,
  AroundRun,
  Authorize,
  AuthorizeContext,
  ChatAction,
  DirectReadContext,
  DirectReadsOptions,
  DurableChatOptions,
  ErrorContext,
  FinishEvent,
  RespondContext,
  RespondResult,
  StreamResult,
  StreamsOptions,
} from './options.js';
export type {
  EndedRun,
  FailedChat,
  RecoverOptions,
  RecoverReport,
} from './recover-chats.js';
export type {
  AgentContext,
  AgentOptions,
  AgentPresence,
  AgentTriggers,
  PresenceOptions,
} from './session/session-options.js';
export type { StopOptions } from './stop-run.js';
export type {
  EventsResponseOptions,
  ToResponseOptions,
} from './to-response.js';
export type { RouteHandler } from './wrapped-handler.js';
