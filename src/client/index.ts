export type { Connection, ConnectionState } from './connection-store.js';
export {
  DurableTransport,
  type DurableTransportOptions,
  type LoadedMessages,
} from './durable-transport.js';
export type { PageStreamOptions } from './write-through/page-chats.js';
export type { ReconnectOptions } from './reconnect-policy.js';
