import type { UIMessage } from 'ai';

/**
 * Messages as a replay can give them back. On v6 no chunk tells whether an
 * approval was granted, so a replayed part knows of it only what became of it.
 */
export function asReplayed(
  messages: readonly UIMessage[],
): readonly UIMessage[] {
  if (process.env['AI_SDK_MAJOR'] !== '6') return messages;
  return messages.map((message) => ({
    ...message,
    parts: message.parts.map((part) => {
      if (!('approval' in part) || part.approval === undefined) return part;
      // CAST: without the answer it is the state before the answer.
      return { ...part, approval: { id: part.approval.id } } as typeof part;
    }),
  }));
}
