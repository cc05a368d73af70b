export {
  activeRuns,
  applyHistoryRecord,
  applyLogRecord,
  emptyChatState,
  isRecorded,
  LOG_START,
  newestRun,
  nextEpoch,
  plainMessage,
  type ChatState,
  type RunState,
} from './chat-state.js';
export {
  answerChunk,
  answeredPart,
  applyAnswer,
  isAwaited,
  type Answer,
} from './apply-answer.js';
export { decodeBase64, encodeBase64 } from './base64.js';
export { blobRecord, decodeBlobRecord, type BlobValue } from './blob-record.js';
export {
  blobIdOf,
  blobPrefix,
  isBlobId,
  isBlobReference,
  type BlobReference,
} from './blob-reference.js';
export {
  answersTo,
  chatMessage,
  conversation,
  conversationIds,
  messageOrigin,
  parentOf,
  settledConversation,
  writtenMessage,
} from './chat-messages.js';
export {
  cursorAtStart,
  decodeCursor,
  encodeCursor,
  runIdOf,
  withoutOffset,
  type Cursor,
} from './cursor.js';
export {
  decodeDirectRead,
  DIRECT_READ_TYPE,
  type DirectRead,
} from './direct-read.js';
export { definedFields } from './defined-fields.js';
export { decodeRecord, type DecodedRecord } from './decode-record.js';
export {
  DurableChatError,
  type DurableChatErrorCode,
} from './durable-chat-error.js';
export {
  agentRecord,
  answerRecord,
  checkpointRecord,
  encodeChunkRecord,
  messageRecord,
  presenceKey,
  presenceRecord,
  regenerationRecord,
  runRecord,
} from './encode-record.js';
export {
  encodeEvent,
  eventChunk,
  eventOf,
  type SourceEvent,
} from './event-chunk.js';
export {
  createEventDecoder,
  DONE_DATA,
  encodeFrame,
  HEARTBEAT_FRAME,
  OPENING_LINE,
  UI_MESSAGE_STREAM_HEADERS,
  type ServerSentEvent,
} from './event-stream.js';
export { messageFolder, type FoldMessage } from './fold-message.js';
export {
  ATTEMPT_HEADER,
  FORMAT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  LAST_EVENT_ID_HEADER,
  MESSAGE_ID_HEADER,
  RUN_ID_HEADER,
} from './headers.js';
export { CLOCK_SKEW_MS, deadline, isDead } from './is-dead.js';
export { isHad } from './is-had.js';
export type {
  CheckpointRecord,
  ChunkValue,
  LogRecord,
  MessageRecord,
  MessageValue,
  RunFormat,
  RunRecord,
  RunStatus,
  RunValue,
} from './log-record.js';
export {
  isFilePart,
  largeContentOf,
  withBlob,
  type LargeContent,
} from './large-part.js';
export {
  approvalOf,
  isDynamicToolPart,
  isToolPart,
  messageParts,
  toolNameOf,
  type MessagePart,
} from './message-part.js';
export {
  applyToMessageList,
  emptyMessageList,
  hasSameContent,
  isEdit,
  type ListedMessage,
  type MessageList,
} from './message-list.js';
export { messageToChunks } from './message-to-chunks.js';
export { errorOfResponse } from './error-of-response.js';
export { parseChatId } from './parse-chat-id.js';
export { postedChatId } from './posted-chat-id.js';
export { problemResponse } from './problem.js';
export { replayChunks } from './replay-chunks.js';
export { openCallsOf, stepOpenCalls, type OpenCalls } from './open-calls.js';
export { safeMediaType } from './safe-media-type.js';
export type {
  AgentRecord,
  AgentValue,
  AnswerRecord,
  AnswerValue,
  AppRecord,
  PresenceRecord,
  PresenceValue,
  RegenerationValue,
} from './session-record.js';
export { settlingChunks } from './settle-open-calls.js';
export type { SchemaResult, StandardSchema } from './standard-schema.js';
export { isStreamChunk, type StreamChunk } from './stream-chunk.js';
export {
  endChunks,
  INTERRUPTED_CALL,
  terminalChunk,
} from './terminal-chunk.js';
