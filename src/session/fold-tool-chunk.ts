import {
  approvalOf,
  isDynamicToolPart,
  toolNameOf,
  type MessagePart,
  type StreamChunk,
} from '../protocol/index.js';
import type { MessageParts } from './message-parts.js';
import { PartialJson } from './partial-json.js';
import { presentFields } from './present-fields.js';
import { toolPart, type ToolFields } from './tool-part.js';

/** The input of a call that is still coming in. */
interface PartialInput {
  /** What the chunk that began it says. */
  readonly fields: ToolFields;
  text: string;
  /** `undefined` where the input is text. */
  readonly json: PartialJson | undefined;
}

/** The partial inputs of a message, by tool call id. */
export type PartialInputs = Map<unknown, PartialInput>;

export function partialInputOf(start: StreamChunk, text = ''): PartialInput {
  const { inputEncoding } = start;
  const json = inputEncoding === 'text' ? undefined : new PartialJson();
  json?.add(text);
  const fields = { ...fieldsOf(start), inputEncoding };
  return { fields: { ...fields, state: 'input-streaming' }, text, json };
}

const fieldsOf = (chunk: StreamChunk): Omit<ToolFields, 'state'> => ({
  toolCallId: chunk['toolCallId'],
  toolName: chunk['toolName'],
  dynamic: Boolean(chunk['dynamic']),
  title: chunk['title'],
  toolMetadata: chunk['toolMetadata'],
});

const providerFieldsOf = ({
  providerExecuted,
  providerMetadata,
}: StreamChunk): Partial<ToolFields> => ({
  providerExecuted,
  providerMetadata,
});

/**
 * Folds a chunk of a tool call; `false` where it fits no part, or is none that
 * is known (ai/src/ui/process-ui-message-stream.ts).
 */
export function foldToolChunk(
  parts: MessageParts,
  inputs: PartialInputs,
  chunk: StreamChunk,
): boolean {
  const { type, toolCallId, input, errorText } = chunk;
  const fields = { ...fieldsOf(chunk), ...providerFieldsOf(chunk) };
  switch (type) {
    case 'tool-input-start': {
      const begun = partialInputOf(chunk);
      inputs.set(toolCallId, begun);
      return place(parts, { ...fields, ...begun.fields });
    }
    case 'tool-input-delta':
      return foldDelta(parts, inputs.get(toolCallId), chunk);
    case 'tool-input-available':
      return place(parts, { ...fields, state: 'input-available', input });
    case 'tool-input-error': {
      const known = parts.at(parts.callInStep(toolCallId));
      const dynamic = known ? isDynamicToolPart(known) : fields.dynamic;
      const call = { ...fields, dynamic, title: undefined };
      return place(parts, { ...call, state: 'output-error', input, errorText });
    }
    case 'tool-approval-response':
      return change(parts, parts.askedBy(chunk['approvalId']), (part) =>
        responded(part, chunk),
      );
    default:
      return change(parts, parts.call(toolCallId), (part) =>
        withOutcome(part, chunk),
      );
  }
}

/** The call's part in the current step anew; a part at the end if it has none. */
function place(parts: MessageParts, fields: ToolFields): true {
  const index = parts.callInStep(fields.toolCallId, fields.dynamic);
  const part = toolPart(parts.at(index), fields);
  if (index === undefined) parts.push(part);
  else parts.set(index, part);
  return true;
}

function foldDelta(
  parts: MessageParts,
  input: PartialInput | undefined,
  { inputTextDelta }: StreamChunk,
): boolean {
  if (input === undefined) return false;
  const { fields, json } = input;
  input.text += String(inputTextDelta);
  json?.add(String(inputTextDelta));
  const rawInput = input.text;
  return place(parts, {
    ...fields,
    rawInput,
    input: json ? json.value : rawInput,
  });
}

function change(
  parts: MessageParts,
  index: number | undefined,
  changed: (part: MessagePart) => MessagePart,
): boolean {
  const part = parts.at(index);
  if (index === undefined || part === undefined) return false;
  const next = changed(part);
  parts.set(index, next);
  return next !== part;
}

function withOutcome(part: MessagePart, chunk: StreamChunk): MessagePart {
  const { input, rawInput } = part;
  const dynamic = isDynamicToolPart(part);
  const call = {
    toolCallId: part['toolCallId'],
    toolName: toolNameOf(part),
    dynamic,
    toolMetadata: chunk['toolMetadata'] ?? undefined,
    ...providerFieldsOf(chunk),
  };
  switch (chunk.type) {
    case 'tool-output-available': {
      const { output, preliminary } = chunk;
      const said = { input, output, preliminary };
      return toolPart(part, { ...call, ...said, state: 'output-available' });
    }
    case 'tool-output-error': {
      const { errorText } = chunk;
      const said = { input, errorText, ...(dynamic ? {} : { rawInput }) };
      return toolPart(part, { ...call, ...said, state: 'output-error' });
    }
    case 'tool-output-denied':
      return { ...part, state: 'output-denied' };
    case 'tool-approval-request':
      return requested(part, chunk);
    default:
      return part;
  }
}

function requested(part: MessagePart, chunk: StreamChunk): MessagePart {
  const { inputSchemaInput } = chunk;
  const approval = {
    id: chunk['approvalId'],
    ...('inputSchemaInput' in chunk ? { inputSchemaInput } : {}),
    ...presentFields({
      descriptor: chunk['approvalDescriptor'],
      requestReason: chunk['reason'],
      isAutomatic: chunk['isAutomatic'] === true ? true : undefined,
      signature: chunk['signature'],
    }),
  };
  return { ...part, state: 'approval-requested', approval };
}

function responded(part: MessagePart, chunk: StreamChunk): MessagePart {
  const { approved, reason, providerExecuted } = chunk;
  const callProviderMetadata = chunk['providerMetadata'];
  const answer = { approved, ...presentFields({ reason }) };
  return {
    ...part,
    ...presentFields({ providerExecuted, callProviderMetadata }),
    state: 'approval-responded',
    approval: { ...approvalOf(part), ...answer },
  };
}
