import type { UIMessage } from 'ai';
import { definedFields } from './defined-fields.js';
import { isToolPart, messageParts, type MessagePart } from './message-part.js';
import type { StreamChunk } from './stream-chunk.js';
import { toolCallOfPart } from './tool-call-of-part.js';
import { toolCallChunks } from './tool-call-replay.js';

/**
 * Chunks from which the AI SDK folds this message again: `start` with its id
 * and metadata, then its parts. No `finish`: a run may go on from here. The
 * message may have been stored as JSON; fields that are `undefined` are not
 * told from fields that are absent.
 *
 * Text and reasoning without a `state` come back as `done`. Not brought back,
 * because no chunk carries it: a reasoning part without an id gets one, and
 * `filename` and `providerReference` of a file are lost; on v6,
 * `approval.approved`. The ids of text chunks are made up, from the message's
 * id and the part's place.
 */
export function messageToChunks(message: UIMessage): StreamChunk[] {
  const start = {
    type: 'start',
    messageId: message.id,
    ...definedFields({ messageMetadata: message.metadata }),
  };
  const parts = messageParts(message);
  const firstStep = parts.findIndex(({ type }) => type === 'step-start');
  const chunks = parts.flatMap((part, index) =>
    part.type === 'step-start'
      ? stepChunks(index === firstStep)
      : partToChunks(part, `${message.id}:${index}`),
  );
  return [start, ...chunks];
}

const stepChunks = (isFirst: boolean): StreamChunk[] =>
  isFirst
    ? [{ type: 'start-step' }]
    : [{ type: 'finish-step' }, { type: 'start-step' }];

function partToChunks(part: MessagePart, id: string): StreamChunk[] {
  switch (part.type) {
    case 'text':
      return textToChunks(part, id);
    case 'reasoning':
      return textToChunks(part, part['id'] ?? id);
    default:
      return isToolPart(part)
        ? toolCallChunks(toolCallOfPart(part))
        : // Files, sources, data and the like look the same as chunks.
          [definedChunk(part)];
  }
}

function textToChunks(part: MessagePart, id: unknown): StreamChunk[] {
  const { type, text, state, providerMetadata, citations } = part;
  const start = { type: `${type}-start`, id };
  const delta = { type: `${type}-delta`, id, delta: text };
  const end = { type: `${type}-end`, id, ...definedFields({ citations }) };
  return [
    { ...start, ...definedFields({ providerMetadata }) },
    ...(text === '' ? [] : [delta]),
    ...(state === 'streaming' ? [] : [end]),
  ];
}

const definedChunk = (part: MessagePart): StreamChunk => ({
  ...definedFields(part),
  type: part.type,
});
