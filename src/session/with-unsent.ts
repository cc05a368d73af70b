import type { UIMessage } from 'ai';
import type { UnsentMessage } from './outbox.js';

/**
 * The messages of a session with those that are on their way: as they will
 * stand once they are in the log.
 */
export function withUnsent(
  messages: readonly UIMessage[],
  unsent: readonly UnsentMessage[],
): readonly UIMessage[] {
  let shown = messages;
  for (const { message, replaces, error } of unsent) {
    if (error !== undefined) continue;
    const index = shown.findIndex(({ id }) => id === message.id);
    // What the log says of a message counts, unless it is being edited.
    if (index >= 0 && !replaces) continue;
    const before = index < 0 ? shown : shown.slice(0, index);
    shown = [...before, message];
  }
  return shown;
}
