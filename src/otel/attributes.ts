import type { Attributes } from '@opentelemetry/api';

/**
 * What spans and counters say, by OpenTelemetry's semantic conventions where
 * those have a name. The chat stands in spans alone: as an attribute of a
 * counter every chat would be a time series of its own.
 */
export const ATTRIBUTE = {
  chat: 'gen_ai.conversation.id',
  agent: 'gen_ai.agent.id',
  errorType: 'error.type',
  httpStatus: 'http.response.status_code',
  resends: 'http.request.resend_count',
  system: 'messaging.system',
  operation: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.template',
  run: 'durable_chat.run.id',
  message: 'durable_chat.message.id',
  isContinuation: 'durable_chat.run.continuation',
  status: 'durable_chat.run.status',
  chunks: 'durable_chat.run.chunks',
  isStored: 'durable_chat.run.stored',
  isSealed: 'durable_chat.run.sealed',
  appends: 'durable_chat.run.appends',
  stream: 'durable_chat.stream',
  appendChunks: 'durable_chat.append.chunks',
  appendSize: 'durable_chat.append.size',
  tries: 'durable_chat.append.tries',
  sealReason: 'durable_chat.seal.reason',
  resumeSource: 'durable_chat.resume.source',
  resumeAfter: 'durable_chat.resume.after',
  replayedChunks: 'durable_chat.resume.replayed_chunks',
  readerReason: 'durable_chat.reader.reason',
  readerLag: 'durable_chat.reader.lag',
} as const;

/** `error.type`, and the status where that is what it is. */
export function errorAttributes(code: string): Attributes {
  const isStatus = /^\d{3}$/.test(code);
  return {
    [ATTRIBUTE.errorType]: code,
    ...(isStatus && { [ATTRIBUTE.httpStatus]: Number(code) }),
  };
}
