export { appendOnce, type AppendOnceOptions } from './append-once.js';
export type { AppendOutcome, ProducerTriple } from './append-outcome.js';
export { appendPlain, type AppendPlainOptions } from './append-plain.js';
export {
  Appender,
  type AppenderEnd,
  type AppenderOptions,
  type SetTimer,
} from './appender.js';
export {
  createStream,
  type CreateOutcome,
  type CreateStreamOptions,
} from './create-stream.js';
export { deleteStream } from './delete-stream.js';
export {
  followLog,
  type FollowDrop,
  type FollowLogOptions,
} from './follow-log.js';
export { headStream, type StreamHead } from './head-stream.js';
export type { LogBatch } from './log-batch.js';
export { readPages, type ReadPagesOptions } from './read-pages.js';
export {
  DEFAULT_RETRY_POLICY,
  type RequestOptions,
  type RetryPolicy,
} from './retry-policy.js';
export {
  historyTarget,
  logTarget,
  type HeadersSource,
  type StreamsLocation,
  type StreamTarget,
} from './stream-target.js';
export { openStream } from './open-stream.js';
export { ChatFollower, type ChatFollowerOptions } from './chat-follower.js';
export type { ChatLog } from './chat-log.js';
export { learnEnd } from './learn-end.js';
export {
  loadChatState,
  recordReader,
  type LoadedState,
} from './load-chat-state.js';
export {
  registerRun,
  type Registration,
  type RunPlan,
} from './register-run.js';
export { RunTee, type RunTeeOptions, type SourceChunk } from './run-tee.js';
export { RunWriter, type RunWriterOptions } from './run-writer.js';
export { sealRun, type Seal } from './seal-run.js';
