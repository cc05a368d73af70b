import type { UIMessage } from 'ai';

type Part = UIMessage['parts'][number];
type ToolPart = Part & { readonly toolCallId: string; readonly state: string };

/** What a client may add to a stored message: the outcome of a pending call. */
const OUTCOMES: ReadonlySet<string> = new Set([
  'output-available',
  'output-error',
  'approval-responded',
]);

/**
 * The stored message with what the client was asked for: outputs of client
 * tools and answers to approvals. Nothing else of what it posted is believed.
 */
export function mergeContinuation(
  stored: UIMessage,
  posted: UIMessage,
): UIMessage {
  const outcomes = new Map<string, ToolPart>();
  for (const part of posted.parts) {
    if (isToolPart(part) && OUTCOMES.has(part.state)) {
      outcomes.set(part.toolCallId, part);
    }
  }
  const parts = stored.parts.map((part) => mergePart(part, outcomes));
  return { ...stored, parts };
}

function mergePart(part: Part, outcomes: ReadonlyMap<string, ToolPart>): Part {
  if (!isToolPart(part)) return part;
  const outcome = outcomes.get(part.toolCallId);
  if (outcome === undefined) return part;
  const merged = mergeOutcome(fieldsOf(part), fieldsOf(outcome));
  // CAST: a stored tool part in a state that the AI SDK moves it to itself.
  return merged as unknown as Part;
}

type Fields = Readonly<Record<string, unknown>>;

function mergeOutcome(part: Fields, outcome: Fields): Fields {
  if (part['state'] === 'approval-requested') {
    if (outcome['state'] !== 'approval-responded') return part;
    const { approved, reason } = fieldsOf(outcome['approval']);
    const answer = { approved: approved === true, reason };
    const approval = { ...fieldsOf(part['approval']), ...answer };
    return { ...part, state: 'approval-responded', approval };
  }
  if (
    part['state'] !== 'input-available' ||
    part['providerExecuted'] === true
  ) {
    return part;
  }
  const { state, output, errorText } = outcome;
  if (state === 'output-available') return { ...part, state, output };
  if (state === 'output-error') {
    return { ...part, state, errorText: String(errorText) };
  }
  return part;
}

function isToolPart(part: Part): part is ToolPart {
  return 'toolCallId' in part && 'state' in part;
}

function fieldsOf(value: unknown): Fields {
  // CAST: read field by field, each taken for unknown.
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
