export type { Connection, ConnectionState } from './connection-store.js';
export {
  DurableTransport,
  type DurableTransportOptions,
  type LoadedMessages,
} from './durable-transport.js';
export {
  durableFetch,
  type DurableFetch,
  type DurableFetchOptions,
} from './durable-fetch/durable-fetch.js';
export type { ResumeOptions } from './durable-fetch/answer-fetcher.js';
export type { PageStreamOptions } from './write-through/page-chats.js';
export type { ReconnectOptions } from './reconnect-policy.js';
export {
  ApiRequests,
  normalized,
  type ApiOptions,
  type Question,
} from './api-requests.js';
export { ConnectionStore } from './connection-store.js';
export { isPassing } from './follow-errors.js';
export { newIdempotencyKey } from './new-idempotency-key.js';
export { reconnectPolicy, type ReconnectPolicy } from './reconnect-policy.js';
export { Reconnector } from './reconnector.js';
export { onWake } from './wake-signals.js';
export { withQuery } from './with-query.js';
