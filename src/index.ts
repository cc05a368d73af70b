export {
  DurableTransport,
  type Connection,
  type ConnectionState,
  type DurableTransportOptions,
  type LoadedMessages,
  type PageStreamOptions,
  type ReconnectOptions,
} from './client/index.js';
export {
  DurableChatError,
  isBlobReference,
  type BlobReference,
  type DurableChatErrorCode,
} from './protocol/index.js';
