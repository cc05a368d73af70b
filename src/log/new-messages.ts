import type { UIMessage } from 'ai';
import {
  isRecorded,
  messageRecord,
  type ChatState,
  type MessageRecord,
  type MessageValue,
} from '../protocol/index.js';
import type { RunPlan } from './register-run.js';

/** The posted messages that the chat does not have, or has otherwise. */
export async function newMessages(
  state: ChatState,
  plan: RunPlan,
  now: number,
): Promise<MessageRecord[]> {
  const { messages, actorId, value, isQueued = false } = plan;
  const { toRecord = (message: UIMessage) => message } = plan;
  const records: MessageRecord[] = [];
  for (const [index, posted] of messages.entries()) {
    const isLast = index === messages.length - 1;
    if (isQueued && posted.id !== value.messageId) continue;
    const known = state.messages.get(posted.id);
    if (!isLast && (await isKnown(state, index, plan))) continue;
    const message = await toRecord(posted);
    if (isLast && known !== undefined && !isChanged(known, message)) continue;
    const before = messages[index - 1]?.id ?? null;
    const parentId = isQueued ? value.parentId : before;
    const createdAt = known?.createdAt ?? now;
    const author = message.role === 'assistant' ? value.agentId : actorId;
    const record = { ...message, parentId, actorId: author, createdAt };
    records.push(messageRecord(record));
  }
  return records;
}

/**
 * Of what is posted as read. What a run wrote is known by its run until the
 * history has it; but the store may have been away while somebody read more of
 * it, and then the post is all that is left of that. As the last message it is a
 * continuation, whose state is recorded first.
 */
async function isKnown(
  state: ChatState,
  index: number,
  { messages, readMore }: RunPlan,
): Promise<boolean> {
  const posted = messages[index];
  if (posted === undefined) return true;
  const isWritten = state.writers.has(posted.id);
  if (!isWritten && !state.messages.has(posted.id)) return false;
  // Of those before it the history was completed when they were the newest.
  const isNewest = index === messages.length - 2;
  if (!isWritten && !isNewest) return true;
  return !((await readMore?.(state, posted)) ?? false);
}

function isChanged(known: MessageValue, message: UIMessage): boolean {
  return message.role === 'assistant' || !isRecorded(known, message);
}
