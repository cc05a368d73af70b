/** @module ai-durable-transport/embedded */
export {
  embeddedStreams,
  type EmbeddedStreams,
  type EmbeddedStreamsOptions,
} from './embedded-streams.js';
export {
  serveStreams,
  type ServeStreamsOptions,
  type StreamsServer,
} from './serve-streams.js';
