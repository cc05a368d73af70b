import type { UIMessage } from 'ai';
import { newestRun, plainMessage, type ChatState } from './chat-state.js';
import type { FoldMessage } from './fold-message.js';
import type { StreamChunk } from './stream-chunk.js';
import { settleRun } from './terminal-chunk.js';

/** A message as it stands, the newest run's chunks included. */
export async function chatMessage(
  state: ChatState,
  messageId: string,
  fold: FoldMessage,
): Promise<UIMessage | undefined> {
  const writer = state.writers.get(messageId);
  if (writer !== undefined) {
    const chunks = [...writer.chunks, ...settleRun(writer)];
    return fold(writer.base, withMessageId(messageId, chunks));
  }
  const recorded = state.messages.get(messageId);
  return recorded === undefined ? undefined : plainMessage(recorded);
}

function withMessageId(
  messageId: string,
  chunks: readonly StreamChunk[],
): StreamChunk[] {
  return [{ type: 'start', messageId }, ...chunks];
}

/**
 * What a message follows. Of one that holds nothing, for its run ended before
 * the first chunk, only the run tells.
 */
export function parentOf(state: ChatState, messageId: string): string | null {
  const recorded = state.messages.get(messageId);
  if (recorded !== undefined) return recorded.parentId;
  const run = [...state.runs.values()].findLast(
    ({ value }) => value.messageId === messageId && value.attempt > 0,
  );
  return run?.value.parentId ?? null;
}

/**
 * The ids of the conversation, oldest first: the path from the newest run's
 * message to the root. Older branches (regenerated, edited) stay in the log.
 */
function conversationIds(state: ChatState): string[] {
  const newest = newestRun(state)?.value.messageId;
  const path: string[] = [];
  let id = newest ?? [...state.messages.keys()].at(-1) ?? null;
  while (id !== null && !path.includes(id)) {
    path.push(id);
    id = parentOf(state, id);
  }
  return path.reverse();
}

/** The conversation's messages; those that hold nothing yet are left out. */
export async function conversation(
  state: ChatState,
  fold: FoldMessage,
  isWanted: (messageId: string) => boolean = () => true,
): Promise<UIMessage[]> {
  const messages: UIMessage[] = [];
  for (const id of conversationIds(state)) {
    const message = isWanted(id)
      ? await chatMessage(state, id, fold)
      : undefined;
    if (message !== undefined) messages.push(message);
  }
  return messages;
}
