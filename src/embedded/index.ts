export {
  embeddedStreams,
  type EmbeddedStreams,
  type EmbeddedStreamsOptions,
} from './embedded-streams.js';
