import { appendOnce } from '../../log/index.js';
import type { ChatContext } from '../chat-context.js';
import type { ChatSession } from './chat-session.js';
import type { PresenceLog } from './presence-writer.js';

/** No agent is called so: its id has no tilde. */
const PRODUCER_ID = '~presence';

/**
 * A session's log for what is said of devices. All instances are one producer
 * there, whose epoch is the version: the streams server takes each once.
 */
export function presenceLog(
  context: ChatContext,
  session: ChatSession,
): PresenceLog {
  const { state, follower } = session;
  const { requestRetry: retry } = context;
  return {
    known: (key) => state.presence.get(key),
    version: () => state.presenceVersion,
    async append(body, version) {
      // Of a chat that was deleted there is nothing to say: it would be back.
      if (follower.hasFailed) return { kind: 'gone' };
      const producer = { id: PRODUCER_ID, epoch: version, seq: 0 };
      const target = context.logOf(session.chatId);
      const outcome = await appendOnce(target, { producer, body, retry });
      switch (outcome.kind) {
        case 'accepted':
          await session.readUpTo(outcome.offset);
          return { kind: 'done' };
        case 'fenced':
          await follower.catchUp();
          return { kind: 'taken', version: outcome.epoch };
        case 'duplicate':
        case 'preceded':
        case 'gap':
          await follower.catchUp();
          return { kind: 'taken', version };
        case 'missing':
        case 'closed':
          return { kind: 'gone' };
      }
    },
  };
}
