import { definedFields } from './defined-fields.js';
import {
  approvalOf,
  isDynamicToolPart,
  toolNameOf,
  type MessagePart,
} from './message-part.js';
import type { StreamChunk } from './stream-chunk.js';
import type { ToolCall, ToolCallInput } from './tool-call-replay.js';

/** What a tool part of a message says of its call, in chunks. */
export function toolCallOfPart(part: MessagePart): ToolCall {
  const { state, toolCallId } = part;
  const input = inputOf(part);
  const outcome = state === 'output-denied' ? outcomeBefore(part) : state;
  return {
    toolCallId,
    input,
    asked: state === 'approval-requested',
    request: state === 'input-streaming' ? undefined : requestOf(part),
    response: responseOf(part),
    output: outcome === 'output-available' ? outputOf(part) : undefined,
    error:
      outcome === 'output-error' && input.kind !== 'invalid'
        ? errorOf(part)
        : undefined,
    denied:
      state === 'output-denied'
        ? { type: 'tool-output-denied', toolCallId }
        : undefined,
  };
}

/** A denial changes the state alone: the fields tell what was there before. */
function outcomeBefore({ output, errorText }: MessagePart): string | undefined {
  if (errorText !== undefined) return 'output-error';
  return output === undefined ? undefined : 'output-available';
}

function inputOf(part: MessagePart): ToolCallInput {
  const { input, rawInput, state } = part;
  const start = startOf(part);
  if (state === 'input-streaming') {
    return { kind: 'streaming', start, text: streamedText(part) };
  }
  if (rawInput === undefined) {
    return { kind: 'known', start, value: input, streamed: false };
  }
  if (typeof rawInput === 'string' && mayComeFrom(input, rawInput)) {
    return { kind: 'streaming', start: encoded(start, part), text: rawInput };
  }
  if (input === undefined && part['errorText'] !== undefined) {
    return { kind: 'invalid', start, error: inputErrorOf(part) };
  }
  return { kind: 'known', start, value: input, streamed: false };
}

/**
 * Whether the input may be what the AI SDK parsed from the raw text. Text that
 * does not even begin like JSON gives no input. Where text that does gave none,
 * the input was never parsed: v6 keeps invalid input as `rawInput` alone.
 */
const mayComeFrom = (input: unknown, rawInput: string): boolean =>
  input !== undefined || !/^\s*["[{\dtfn-]/.test(rawInput);

/** An AI SDK before `rawInput` kept the parsed input of a call that streams. */
function streamedText({ input, rawInput }: MessagePart): string | undefined {
  if (typeof rawInput === 'string') return rawInput;
  return input === undefined ? undefined : JSON.stringify(input);
}

/** Text input is its raw text; the encoding itself goes with an outcome. */
function encoded(start: StreamChunk, part: MessagePart): StreamChunk {
  const { input, rawInput, inputEncoding } = part;
  return inputEncoding === undefined && input === rawInput
    ? { ...start, inputEncoding: 'text' }
    : start;
}

const startOf = (part: MessagePart): StreamChunk => ({
  type: 'tool-input-start',
  toolCallId: part['toolCallId'],
  toolName: toolNameOf(part),
  ...definedFields({
    dynamic: isDynamicToolPart(part) || undefined,
    inputEncoding: part['inputEncoding'],
    title: part['title'],
    toolMetadata: part['toolMetadata'],
    providerExecuted: part['providerExecuted'],
    providerMetadata: part['callProviderMetadata'],
  }),
});

const inputErrorOf = (part: MessagePart): StreamChunk => ({
  type: 'tool-input-error',
  toolCallId: part['toolCallId'],
  toolName: toolNameOf(part),
  input: part['rawInput'],
  errorText: part['errorText'],
  ...definedFields({
    dynamic: isDynamicToolPart(part) || undefined,
    providerMetadata: part['resultProviderMetadata'],
  }),
});

const outputOf = (part: MessagePart): StreamChunk => ({
  type: 'tool-output-available',
  toolCallId: part['toolCallId'],
  output: part['output'],
  ...definedFields({
    preliminary: part['preliminary'],
    providerMetadata: part['resultProviderMetadata'],
  }),
});

const errorOf = (part: MessagePart): StreamChunk => ({
  type: 'tool-output-error',
  toolCallId: part['toolCallId'],
  errorText: part['errorText'],
  ...definedFields({ providerMetadata: part['resultProviderMetadata'] }),
});

function requestOf(part: MessagePart): StreamChunk | undefined {
  const approval = approvalOf(part);
  return approval === undefined
    ? undefined
    : {
        type: 'tool-approval-request',
        toolCallId: part['toolCallId'],
        approvalId: approval['id'],
        ...definedFields({
          approvalDescriptor: approval['descriptor'],
          inputSchemaInput: approval['inputSchemaInput'],
          reason: approval['requestReason'],
          isAutomatic: approval['isAutomatic'],
          signature: approval['signature'],
        }),
      };
}

function responseOf(part: MessagePart): StreamChunk | undefined {
  const approval = approvalOf(part);
  return approval?.['approved'] === undefined
    ? undefined
    : {
        type: 'tool-approval-response',
        approvalId: approval['id'],
        approved: approval['approved'],
        ...definedFields({ reason: approval['reason'] }),
      };
}
