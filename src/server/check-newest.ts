import type { UIMessage } from 'ai';
import { DurableChatError, type ChatState } from '../protocol/index.js';

/**
 * Whether a client may send this message into a chat whose messages are the
 * server's: only its own words may be new. Instructions (`system`) are the
 * server's, a message does not change its role, and what a call came to is
 * taken from the client when the run that made the call has ended: until then
 * the call may be the server's own.
 *
 * @param isOver Whether this instance knows that a message is complete, which
 * the log may learn a little later.
 *
 * @throws DurableChatError `invalid-messages`
 */
export function checkNewest(
  state: ChatState,
  { id, role }: UIMessage,
  isOver: (messageId: string) => boolean,
): void {
  if (role === 'system') {
    throw invalid('The newest message must be of role user or assistant.');
  }
  const writer = state.writers.get(id);
  const known = writer ? 'assistant' : state.messages.get(id)?.role;
  if (known !== undefined && known !== role) {
    throw invalid(`The id of the newest message is that of another role's.`);
  }
  if (writer?.status === 'active' && !isOver(id)) {
    throw invalid('The message to continue is still being written.');
  }
}

function invalid(message: string): DurableChatError {
  return new DurableChatError('invalid-messages', message);
}
