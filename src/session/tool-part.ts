import { definedFields, type MessagePart } from '../protocol/index.js';

/** What a chunk says of a tool call; what it does not say is not kept. */
export interface ToolFields {
  readonly toolCallId: unknown;
  readonly toolName: unknown;
  readonly dynamic: boolean;
  readonly state:
    | 'input-streaming'
    | 'input-available'
    | 'output-available'
    | 'output-error';
  readonly input?: unknown;
  readonly rawInput?: unknown;
  readonly inputEncoding?: unknown;
  readonly output?: unknown;
  readonly errorText?: unknown;
  readonly preliminary?: unknown;
  readonly providerMetadata?: unknown;
  /** These stay as they were, where the chunk says nothing of them. */
  readonly title?: unknown;
  readonly toolMetadata?: unknown;
  readonly providerExecuted?: unknown;
}

/** What each chunk says anew, and drops by saying nothing. */
const SAID_ANEW = {
  input: undefined,
  rawInput: undefined,
  inputEncoding: undefined,
  output: undefined,
  errorText: undefined,
  preliminary: undefined,
};

/** A tool part anew, or for the first time (`updateToolPart` of the AI SDK). */
export function toolPart(
  known: MessagePart | undefined,
  { toolName, dynamic, providerMetadata, ...fields }: ToolFields,
): MessagePart {
  const metadata = fields.state.startsWith('output')
    ? 'resultProviderMetadata'
    : 'callProviderMetadata';
  const said = definedFields({
    ...fields,
    // So does the AI SDK: a dynamic call has none in the chunk that begins it.
    rawInput: dynamic && !known ? undefined : fields.rawInput,
    toolName: dynamic ? toolName : undefined,
    inputEncoding: fields.inputEncoding ?? undefined,
    [metadata]: providerMetadata ?? undefined,
  });
  return {
    ...definedFields({ ...known, ...SAID_ANEW, ...said }),
    type: dynamic ? 'dynamic-tool' : `tool-${String(toolName)}`,
  };
}
