import type { UIMessage } from 'ai';
import type { StreamChunk } from './stream-chunk.js';

/**
 * A part of a message, as loose as a chunk: a stored message may be older or
 * newer than this version of the AI SDK.
 */
export type MessagePart = StreamChunk;

/** The message's parts, to be read with care. */
export const messageParts = (message: UIMessage): readonly MessagePart[] =>
  message.parts;

export const isDynamicToolPart = ({ type }: MessagePart): boolean =>
  type === 'dynamic-tool';

export const isToolPart = (part: MessagePart): boolean =>
  isDynamicToolPart(part) || part.type.startsWith('tool-');

export const toolNameOf = (part: MessagePart): unknown =>
  isDynamicToolPart(part) ? part['toolName'] : part.type.slice('tool-'.length);

/** The approval of a tool part: `id`, and `approved` once it is answered. */
export function approvalOf({
  approval,
}: MessagePart): Readonly<Record<string, unknown>> | undefined {
  return typeof approval === 'object' && approval !== null
    ? { ...approval }
    : undefined;
}
