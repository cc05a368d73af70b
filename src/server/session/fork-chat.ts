import { createStream } from '../../log/index.js';
import {
  activeRuns,
  DurableChatError,
  parseChatId,
  runRecord,
  type LogRecord,
} from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import { fieldsOf } from '../parse-send-request.js';
import type { ChatSession } from './chat-session.js';
import type { AgentWork } from './agent-work.js';
import { pendingAnswers, pendingRegenerations } from './find-work.js';

export interface ForkRequest {
  /** The last message that the fork is to have; `undefined` for all. */
  readonly messageId: string | undefined;
  /** Of the chat that is made. */
  readonly chatId: string;
}

/**
 * The body of `POST {base}/{chatId}/fork`.
 *
 * @throws DurableChatError `invalid-request`, `invalid-chat-id`
 */
export function parseFork(json: unknown): ForkRequest {
  const { messageId, chatId } = fieldsOf(json);
  if (messageId !== undefined && typeof messageId !== 'string') {
    throw new DurableChatError(
      'invalid-request',
      'messageId must be a string.',
    );
  }
  return { messageId, chatId: parseChatId(chatId) };
}

/**
 * A new chat with the messages up to there. Its log is the streams server's own
 * fork, so that nothing is copied: it begins with what sets it apart, the end
 * of what runs here, and that nobody is there and nothing is pending.
 *
 * @throws DurableChatError `not-found`; `invalid-chat-id` where the chat is
 * there already
 */
export async function forkChat(
  context: ChatContext,
  session: ChatSession,
  { messageId, chatId }: ForkRequest,
): Promise<void> {
  const { messages } = session.state.list;
  const last = messages.findIndex(({ id }) => id === messageId);
  if (messageId !== undefined && last < 0) {
    throw new DurableChatError(
      'not-found',
      'The message to fork at is not part of this chat.',
    );
  }
  const kept = messageId === undefined ? messages : messages.slice(0, last + 1);
  const ids = kept.map(({ id }) => id);
  const { offset } = session.follower.state;
  const records = [
    ...partings(context, session, new Set(ids)),
    ...(await tombstones(context, session, new Set(ids))),
  ];
  const created = await createStream(context.logOf(chatId), {
    forkOf: { url: context.logOf(session.chatId).url, offset },
    ...(records.length > 0 && { body: JSON.stringify(records) }),
    retry: context.requestRetry,
  });
  if (created.kind === 'created' || created.repeated) return;
  await checkIsFork(context, chatId, ids);
}

/** What the fork does not have of the chat, and what has ended in it. */
function partings(
  { now }: ChatContext,
  { view }: ChatSession,
  kept: ReadonlySet<string>,
): object[] {
  const { chat, session } = view;
  const gone = (type: LogRecord['type'], key: string) => ({
    type,
    key,
    headers: { operation: 'delete' },
  });
  return [
    ...activeRuns(chat).map(({ value }) =>
      runRecord({ ...value, status: 'stopped', at: now() }),
    ),
    ...session.list.messages
      .filter(({ id }) => !kept.has(id))
      .map(({ id }) => gone('message', id)),
    ...[...session.presence.keys()].map((key) => gone('presence', key)),
  ];
}

/** Runs that were stopped before they began: for what nobody has answered yet. */
async function tombstones(
  context: ChatContext,
  session: ChatSession,
  kept: ReadonlySet<string>,
): Promise<object[]> {
  const pending: AgentWork[] = [];
  for (const agentId of Object.keys(context.options.agents ?? {})) {
    pending.push(...pendingRegenerations(session, agentId));
    for await (const work of pendingAnswers(context, session, agentId)) {
      pending.push(work);
    }
  }
  return pending
    .filter(({ triggerId }) => kept.has(triggerId))
    .map(({ runId, triggerId, agentId }) =>
      runRecord({
        id: runId,
        messageId: '',
        parentId: triggerId,
        agentId,
        epoch: 0,
        attempt: 0,
        status: 'stopped',
        at: context.now(),
        leaseMs: 0,
      }),
    );
}

/** Whether the chat that is there already is this fork, made a moment ago. */
async function checkIsFork(
  context: ChatContext,
  chatId: string,
  ids: readonly string[],
): Promise<void> {
  const lease = await context.followers.acquire(chatId);
  const messages = lease.session?.state.list.messages ?? [];
  lease.release();
  const isSame = ids.every((id, index) => messages[index]?.id === id);
  if (isSame && ids.length > 0) return;
  throw new DurableChatError(
    'invalid-chat-id',
    'There is a chat of this id already.',
  );
}
