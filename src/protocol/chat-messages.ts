import type { UIMessage } from 'ai';
import { applyAnswer } from './apply-answer.js';
import {
  activeRuns,
  newestRun,
  plainMessage,
  type ChatState,
} from './chat-state.js';
import type { FoldMessage } from './fold-message.js';
import type { MessageValue } from './log-record.js';
import type { AnswerValue } from './session-record.js';
import type { StreamChunk } from './stream-chunk.js';
import { settleRun } from './terminal-chunk.js';

/** A message as it stands, with what was answered to its calls. */
export async function chatMessage(
  state: ChatState,
  messageId: string,
  fold: FoldMessage,
): Promise<UIMessage | undefined> {
  const message = await writtenMessage(state, messageId, fold);
  return message && answersTo(state, messageId).reduce(applyAnswer, message);
}

/** What was answered to a message's calls, in the log's order. */
export const answersTo = (
  { answers }: ChatState,
  messageId: string,
): AnswerValue[] =>
  [...answers.values()].filter((answer) => answer.messageId === messageId);

/** A message as its records and runs say, the newest run's chunks included. */
export async function writtenMessage(
  state: ChatState,
  messageId: string,
  fold: FoldMessage,
): Promise<UIMessage | undefined> {
  const writer = state.writers.get(messageId);
  // Events of another protocol make no UIMessage.
  if (writer?.value.format !== undefined) return undefined;
  if (writer !== undefined) {
    const chunks = [...writer.chunks, ...settleRun(writer)];
    return fold(writer.base, withMessageId(messageId, chunks));
  }
  const recorded = state.messages.get(messageId);
  return recorded === undefined ? undefined : plainMessage(recorded);
}

/** What a message's record says of it beside the message. */
export function messageOrigin(
  state: ChatState,
  id: string,
): Pick<MessageValue, 'parentId' | 'actorId' | 'createdAt'> {
  const known = state.messages.get(id);
  const writer = state.writers.get(id);
  return {
    parentId: parentOf(state, id),
    actorId: known?.actorId ?? writer?.value.agentId ?? 'unknown',
    createdAt: known?.createdAt ?? writer?.begunAt ?? 0,
  };
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
export function conversationIds(state: ChatState): string[] {
  const newest = newestRun(state)?.value.messageId;
  const path = new Set<string>();
  let id = newest ?? [...state.messages.keys()].at(-1) ?? null;
  while (id !== null && !path.has(id)) {
    path.add(id);
    id = parentOf(state, id);
  }
  return [...path].reverse();
}

/** The conversation's messages; those that hold nothing yet are left out. */
export function conversation(
  state: ChatState,
  fold: FoldMessage,
): Promise<UIMessage[]> {
  return messagesOf(state, fold, conversationIds(state));
}

/**
 * The conversation without what is being written at the moment: resuming
 * replays that whole (docs/decisions/0006-load-leaves-out-what-is-in-flight.md).
 */
export function settledConversation(
  state: ChatState,
  fold: FoldMessage,
): Promise<UIMessage[]> {
  const inFlight = new Set(
    activeRuns(state).map(({ value }) => value.messageId),
  );
  const ids = conversationIds(state).filter((id) => !inFlight.has(id));
  return messagesOf(state, fold, ids);
}

async function messagesOf(
  state: ChatState,
  fold: FoldMessage,
  ids: readonly string[],
): Promise<UIMessage[]> {
  const messages: UIMessage[] = [];
  for (const id of ids) {
    const message = await chatMessage(state, id, fold);
    if (message !== undefined) messages.push(message);
  }
  return messages;
}
