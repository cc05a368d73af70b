import type { UIMessage } from 'ai';
import type { ListedMessage } from '../../protocol/index.js';
import type { ChatSession } from './chat-session.js';

/**
 * What an agent is given of a session: what users said up to the message, each
 * with the answers to it behind it, though others may have spoken meanwhile;
 * last the message itself. What is being written, or was left empty, is not
 * part of it.
 */
export function messagesUpTo(
  session: ChatSession,
  lastId: string,
): Promise<UIMessage[]> {
  const { view, messages } = session;
  const ids = idsUpTo(view.session.list.messages, lastId);
  return messages.settled(view, ids, lastId);
}

function idsUpTo(list: readonly ListedMessage[], lastId: string): string[] {
  const known = new Set(list.map(({ id }) => id));
  const answers = new Map<string, string[]>();
  const roots: string[] = [];
  for (const { id, role, parentId } of list) {
    const isAnswer = role === 'assistant' && known.has(parentId ?? '');
    if (!isAnswer || parentId === null) roots.push(id);
    else answers.set(parentId, [...(answers.get(parentId) ?? []), id]);
  }
  const ids: string[] = [];
  const visit = (id: string): boolean => {
    ids.push(id);
    if (id === lastId) return true;
    return (answers.get(id) ?? []).some(visit);
  };
  roots.some(visit);
  return ids;
}
