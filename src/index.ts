/** @module ai-durable-transport */
export {
  durableFetch,
  DurableTransport,
  type Connection,
  type ConnectionState,
  type DurableFetch,
  type DurableFetchOptions,
  type DurableTransportOptions,
  type LoadedMessages,
  type PageStreamOptions,
  type ReconnectOptions,
  type ResumeOptions,
} from './client/index.js';
export {
  DurableChatError,
  isBlobReference,
  type BlobReference,
  type DurableChatErrorCode,
} from './protocol/index.js';
