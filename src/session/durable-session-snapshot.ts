import type { UIMessage } from 'ai';
import type { ConnectionState } from '../client/index.js';
import type { DurableChatError } from '../protocol/index.js';
import type { UnsentMessage } from './outbox.js';
import type { SessionSnapshot } from './session-snapshot.js';

/**
 * `submitted`: a message of this page is on its way, or waits for its answer to
 * begin. `streaming`: somebody's answer is being written.
 */
export type SessionStatus = 'submitted' | 'streaming' | 'ready' | 'error';

/**
 * A session as it is shown. Nothing in it ever changes: what is new is a new
 * object, and all else is the same one as before.
 */
export interface DurableSessionSnapshot<
  UI_MESSAGE extends UIMessage = UIMessage,
> extends Omit<SessionSnapshot, 'messages'> {
  /** Of all users and agents, in order; own ones that are on their way, too. */
  readonly messages: readonly UI_MESSAGE[];
  /** Own messages that the log does not have yet, or that were refused. */
  readonly unsent: readonly UnsentMessage<UI_MESSAGE>[];
  /** Follows the chat's runs, whoever started them. */
  readonly status: SessionStatus;
  readonly connection: ConnectionState;
  /** What went wrong last, until the conversation goes on or `clearError`. */
  readonly error: DurableChatError | undefined;
  /** Who this is, once the server has said it. */
  readonly actorId: string | undefined;
}
