import type { StreamChunk } from './stream-chunk.js';

/** What is known of a tool call's input. */
export type ToolCallInput =
  /** The call began before these chunks. */
  | { readonly kind: 'unseen' }
  | {
      readonly kind: 'streaming';
      readonly start: StreamChunk;
      /** `undefined` before the first delta: the part has no `rawInput`. */
      readonly text: string | undefined;
    }
  | {
      readonly kind: 'known';
      /** A `tool-input-start` with all that start and input say of the call. */
      readonly start: StreamChunk;
      readonly value: unknown;
      /** Whether the call did begin with a `tool-input-start`. */
      readonly streamed: boolean;
    }
  | {
      readonly kind: 'invalid';
      readonly start: StreamChunk | undefined;
      readonly error: StreamChunk;
    };

/** A tool call as far as it has come. What stands here are chunks. */
export interface ToolCall {
  readonly toolCallId: unknown;
  readonly input: ToolCallInput;
  /** Whether it waits for an approval. */
  readonly asked: boolean;
  readonly request: StreamChunk | undefined;
  readonly response: StreamChunk | undefined;
  /** The last output; one before an `error` too. */
  readonly output: StreamChunk | undefined;
  /** The error, where that came last. */
  readonly error: StreamChunk | undefined;
  readonly denied: StreamChunk | undefined;
}

const present = (
  ...chunks: readonly (StreamChunk | undefined)[]
): StreamChunk[] => chunks.filter((chunk) => chunk !== undefined);

const hasOutcome = (call: ToolCall): boolean =>
  call.output !== undefined ||
  call.error !== undefined ||
  call.denied !== undefined;

/**
 * The fewest chunks from which the AI SDK folds this very tool part, whichever
 * major it is.
 *
 * A `tool-input-available` makes Chat call `onToolCall`, so a call with an
 * output or an error does without: its input comes as a delta. A delta leaves
 * `rawInput` on the part, though, and no chunk that the AI SDK's own transport
 * accepts takes it off a part without an output. So a call that has none
 * (pending, approval asked, answered or denied) brings its
 * `tool-input-available`, and `onToolCall` is called for it once per replay.
 */
export function toolCallChunks(call: ToolCall): StreamChunk[] {
  const { input, request, response } = call;
  const outcome = present(call.output, call.error, call.denied);
  if (input.kind === 'known' && !hasOutcome(call) && !call.asked) {
    return pendingChunks(input, request, response);
  }
  return [...inputChunks(call), ...present(request, response, ...outcome)];
}

type KnownInput = Extract<ToolCallInput, { kind: 'known' }>;

/**
 * The response comes last: v6 does not know it, and would show an answered
 * approval as asked again if the request were what it saw last.
 */
function pendingChunks(
  input: KnownInput,
  request: StreamChunk | undefined,
  response: StreamChunk | undefined,
): StreamChunk[] {
  const start = input.streamed || request !== undefined;
  return present(
    start ? input.start : undefined,
    request,
    inputAvailable(input),
    response,
  );
}

function inputChunks(call: ToolCall): StreamChunk[] {
  const { input } = call;
  switch (input.kind) {
    case 'unseen':
      return [];
    case 'streaming':
      return present(input.start, inputDelta(call, input.text));
    case 'invalid':
      return present(input.start, input.error);
    case 'known':
      return knownInputChunks(call, input);
  }
}

function knownInputChunks(call: ToolCall, input: KnownInput): StreamChunk[] {
  if (input.value === undefined) return [input.start];
  const text = JSON.stringify(input.value);
  const answered = call.output !== undefined || call.error !== undefined;
  if (!answered || !survivesDelta(text)) return [inputAvailable(input)];
  const eraser = input.start['dynamic'] ? undefined : rawInputEraser(call);
  return present(input.start, inputDelta(call, text), eraser);
}

/**
 * The AI SDK refuses these keys in input that comes as a delta, and leaves the
 * input undefined (@ai-sdk/provider-utils/src/secure-json-parse.ts).
 */
function survivesDelta(text: string): boolean {
  return !(
    text.includes('"__proto__":') ||
    (text.includes('"constructor":') && text.includes('"prototype":'))
  );
}

/**
 * `tool-output-error` keeps a static tool's `rawInput`; an output takes it
 * away. An empty, preliminary one: for the moment that it may be rendered, it
 * must not break what reads it. The error that follows removes all of it.
 */
function rawInputEraser(call: ToolCall): StreamChunk | undefined {
  if (call.error === undefined || call.output !== undefined) return undefined;
  return {
    type: 'tool-output-available',
    toolCallId: call.toolCallId,
    output: '',
    preliminary: true,
  };
}

const inputDelta = (
  call: ToolCall,
  inputTextDelta: string | undefined,
): StreamChunk | undefined =>
  inputTextDelta === undefined
    ? undefined
    : {
        type: 'tool-input-delta',
        toolCallId: call.toolCallId,
        inputTextDelta,
      };

const inputAvailable = ({ start, value }: KnownInput): StreamChunk => ({
  ...start,
  type: 'tool-input-available',
  input: value,
});
