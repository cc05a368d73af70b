import type { UIMessage } from 'ai';
import { answeredPart, type Answer } from '../protocol/index.js';

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
  const merged = answeredPart(part, answerOf(part, outcome));
  // CAST: a stored tool part in a state that the AI SDK moves it to itself.
  return merged as unknown as Part;
}

/** What the posted part says, for the call and the approval that are stored. */
function answerOf(part: ToolPart, outcome: ToolPart): Answer {
  const { toolCallId } = part;
  const { state, output, errorText, approval } = fieldsOf(outcome);
  if (state !== 'approval-responded') {
    const failed = state === 'output-error';
    const said = failed ? { errorText: String(errorText) } : { output };
    return { id: toolCallId, kind: 'tool-output', toolCallId, ...said };
  }
  const { approved, reason } = fieldsOf(approval);
  return {
    id: String(fieldsOf(fieldsOf(part)['approval'])['id']),
    kind: 'approval',
    toolCallId,
    approved: approved === true,
    ...(typeof reason === 'string' ? { reason } : {}),
  };
}

function isToolPart(part: Part): part is ToolPart {
  return 'toolCallId' in part && 'state' in part;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  // CAST: read field by field, each taken for unknown.
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
