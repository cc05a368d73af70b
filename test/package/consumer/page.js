// What a page of a user imports, for a bundler.
export { DurableTransport } from 'ai-durable-transport';
export { useDurableChat } from 'ai-durable-transport/react';
export { DurableSession } from 'ai-durable-transport/session';
