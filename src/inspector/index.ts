export { asText } from './as-text.js';
export type {
  ChatsAnswer,
  ConnectionEvent,
  DeedResult,
  KnownChat,
  LineState,
  Moment,
  RecordRow,
  RecordsEvent,
  RunInfo,
} from './wire.js';
