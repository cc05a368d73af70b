import type { UIMessage } from 'ai';
import {
  activeRuns,
  agentRecord,
  DurableChatError,
  isRecorded,
  messageRecord,
  type MessageValue,
} from '../../protocol/index.js';
import { REQUEST_PATIENCE_MS, type ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import { fieldsOf, parseMessages } from '../parse-send-request.js';
import { RunBlobs } from '../run-blobs.js';
import { stopRun } from '../stop-run.js';
import type { ChatSession } from './chat-session.js';

export interface PostedMessage {
  readonly message: UIMessage;
  /** Whether it is an edit: what followed the message leaves the conversation. */
  readonly replaces: boolean;
}

/** What a client is told of a message that is in the log. */
export interface StoredMessage {
  readonly messageId: string;
  readonly parentId: string | null;
  readonly createdAt: number;
}

/**
 * The body of `POST {base}/{chatId}/messages`.
 *
 * @throws DurableChatError `invalid-request`, `invalid-messages`
 */
export async function parsePostedMessage(
  json: unknown,
): Promise<PostedMessage> {
  const { message: posted, replaces = false } = fieldsOf(json);
  const [message] = await parseMessages([posted]);
  if (message?.role !== 'user') {
    throw invalid('Only messages of role user can be posted.');
  }
  if (typeof replaces !== 'boolean') {
    throw new DurableChatError(
      'invalid-request',
      'replaces must be a boolean.',
    );
  }
  return { message, replaces };
}

/**
 * Puts a user's message into the log, before anybody answers it. One that is
 * there already, as it was posted, is answered as it was then.
 *
 * @throws DurableChatError `invalid-messages`, `forbidden`, `not-found`,
 * `store-unavailable`
 */
export async function postMessage(
  context: ChatContext,
  session: ChatSession,
  { actor, ...posted }: PostedMessage & { readonly actor: Actor },
): Promise<StoredMessage> {
  const giveUp = AbortSignal.timeout(REQUEST_PATIENCE_MS);
  const { chatId } = session;
  const blobs = new RunBlobs(context, { chatId, runId: '', giveUp });
  const message = await blobs.outlineMessage(posted.message);
  // In turn, so that each follows the one before it.
  const value = await session.inTurn(async () => {
    const known = knownMessage(session, { ...posted, message }, actor);
    if (known !== undefined && isRecorded(known, message)) return known;
    const value = messageValue(context, session, { message, actor, known });
    await session.write([
      ...agentRecords(context, session),
      messageRecord(value),
    ]);
    return value;
  });
  session.engine.drive();
  if (posted.replaces) stopWithdrawn(context, session);
  const { id: messageId, parentId, createdAt } = value;
  return { messageId, parentId, createdAt };
}

/** Agents that the log does not know as they are: they are told of first. */
export function agentRecords(
  { options: { agents = {} } }: ChatContext,
  { state }: ChatSession,
): object[] {
  return Object.entries(agents)
    .map(([id, { name, triggers }]) => ({
      id,
      name,
      triggers: typeof triggers === 'function' ? ('custom' as const) : triggers,
    }))
    .filter(({ id, name, triggers }) => {
      const known = state.agents.get(id)?.value;
      return known?.name !== name || known.triggers !== triggers;
    })
    .map(agentRecord);
}

interface NewValue {
  readonly message: UIMessage;
  readonly actor: Actor;
  readonly known: MessageValue | undefined;
}

/** An edited message keeps its place. */
function messageValue(
  { now }: ChatContext,
  { state }: ChatSession,
  { message, actor, known }: NewValue,
): MessageValue {
  const last = state.list.messages.at(-1)?.id ?? null;
  const {
    parentId = last,
    actorId = actor.id,
    createdAt = now(),
  } = known ?? {};
  return { ...message, parentId, actorId, createdAt };
}

/** The message as the chat has it. Throws where it may not be posted. */
function knownMessage(
  { follower, state }: ChatSession,
  { message, replaces }: PostedMessage,
  actor: Actor,
): MessageValue | undefined {
  const { id } = message;
  const known = follower.state.messages.get(id);
  const listed = state.list.messages.find((one) => one.id === id);
  const isAnswer =
    follower.state.writers.has(id) || listed?.role === 'assistant';
  if (isAnswer || (known !== undefined && known.role !== 'user')) {
    throw invalid('The id of the message is that of an answer.');
  }
  if (known === undefined) {
    if (!replaces) return undefined;
    throw new DurableChatError(
      'not-found',
      'The message to replace is not part of this chat.',
    );
  }
  if (known.actorId !== actor.id) {
    throw new DurableChatError(
      'forbidden',
      'The message of this id is somebody else’s.',
    );
  }
  if (!replaces && !isRecorded(known, message)) {
    throw invalid('Another message of this id is there: say replaces to edit.');
  }
  return known;
}

/** Nobody waits for the answers to what was edited. */
function stopWithdrawn(context: ChatContext, session: ChatSession): void {
  const { chat, session: state } = session.view;
  const listed = new Set(state.list.messages.map(({ id }) => id));
  for (const { value } of activeRuns(chat)) {
    if (listed.has(value.messageId)) continue;
    const stopping = stopRun(context, session.chatId, { runId: value.id });
    context.background(stopping, session.chatId);
  }
}

function invalid(message: string): DurableChatError {
  return new DurableChatError('invalid-messages', message);
}
