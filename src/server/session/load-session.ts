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
    const { state } = follower;
    if (session === undefined) return { state, messages: [] };
    const { view } = session;
    const ids = view.session.list.messages.map(({ id }) => id);
    return { state, messages: await session.messages.settled(view, ids) };
  } finally {
    lease.release();
  }
}
