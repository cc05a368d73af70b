import type { UIMessage } from 'ai';

type Part = UIMessage['parts'][number];

/**
 * Messages as a replay can give them back. On v6 no chunk tells how an approval
 * was answered, so a replayed part knows of it only what became of it.
 */
export function asReplayed(
  messages: readonly UIMessage[],
): readonly UIMessage[] {
  if (process.env['AI_SDK_MAJOR'] !== '6') return messages;
  return messages.map((message) => ({
    ...message,
    parts: message.parts.map(asReplayedOnV6),
  }));
}

function asReplayedOnV6(part: Part): Part {
  if (!('approval' in part) || part.approval === undefined) return part;
  const isPending = part.state === 'approval-responded';
  const state = isPending ? 'input-available' : part.state;
  const approval = { id: part.approval.id };
  // CAST: what v6 makes of a call that is under way after an approval.
  return { ...part, state, approval } as unknown as Part;
}
