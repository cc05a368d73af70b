import type { UIMessage } from 'ai';
import type { ChatContext } from '../chat-context.js';
import type { ChatState } from '../../protocol/index.js';

/** A session's messages, but those that are being written at the moment. */
export async function loadSession(
  context: ChatContext,
  chatId: string,
): Promise<{ readonly state: ChatState; readonly messages: UIMessage[] }> {
  const lease = await context.followers.acquire(chatId);
  try {
    const { session, follower } = lease;
    const messages: UIMessage[] = [];
    if (session === undefined) return { state: follower.state, messages };
    const { view } = session;
    for (const { id } of view.session.list.messages) {
      if (view.chat.writers.get(id)?.status === 'active') continue;
      const message = await session.messages.whole(view, id);
      if (message !== undefined) messages.push(message);
    }
    return { state: follower.state, messages };
  } finally {
    lease.release();
  }
}
