export { appendOnce } from './append-once.js';
export { appendPlain } from './append-plain.js';
export {
  Appender,
  type AppenderEnd,
  type AppenderOptions,
} from './appender.js';
export { Changes } from './changes.js';
export { changesWithin } from './changes-within.js';
export { readBlobIndex } from './blob-index.js';
export type { BlobPlaces } from './blob-places.js';
export { createStream } from './create-stream.js';
export { deleteBlobs } from './delete-blobs.js';
export { deleteStream } from './delete-stream.js';
export {
  followLog,
  type FollowDrop,
  type FollowLogOptions,
} from './follow-log.js';
export { headStream } from './head-stream.js';
export type { LogBatch } from './log-batch.js';
export { openBlob } from './open-blob.js';
export { planRun } from './plan-run.js';
export { pulledBody } from './pulled-body.js';
export { readPages } from './read-pages.js';
export type { RequestWatch, WatchedRequest } from './request-watch.js';
export {
  finishedBody,
  followedRun,
  nextFrames,
  replayBody,
  replayFrames,
  type Delivered,
  type ReplayOptions,
  type RunSource,
} from './replay-body.js';
export { endFrames, finishedFrames, restFrames } from './replay-frames.js';
export { type RetryPolicy } from './retry-policy.js';
export { storeBlob, type Blob } from './store-blob.js';
export {
  blobIndexTarget,
  blobTarget,
  historyTarget,
  logTarget,
  type StreamTarget,
} from './stream-target.js';
export { openStream } from './open-stream.js';
export { ChatFollower } from './chat-follower.js';
export type { ChatBefore } from './chat-before.js';
export type { ChatLog } from './chat-log.js';
export { markedAsInLog } from './history-order.js';
export { learnEnd } from './learn-end.js';
export { loadInOrder, type OrderedChat } from './load-in-order.js';
export {
  loadChatState,
  loadLogTail,
  recordReader,
  type LoadedState,
  type ReadRecord,
} from './load-chat-state.js';
export type { SupersededRun } from './first-records.js';
export {
  registerRun,
  type Registration,
  type RunPlan,
} from './register-run.js';
export { RunTee, type SourceChunk } from './run-tee.js';
export { RunWriter, type Unstored } from './run-writer.js';
export { sealRun, type Seal } from './seal-run.js';
export { LONGEST_TIMER_MS, sleep } from './sleep.js';
export { stopServer } from './stop-server.js';
