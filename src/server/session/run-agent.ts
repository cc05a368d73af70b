import type { UIMessage } from 'ai';
import { nanoid } from 'nanoid';
import type { RunPlan } from '../../log/index.js';
import { DurableChatError } from '../../protocol/index.js';
import { isAnswer, isResponse } from '../answer-source.js';
import { respondWithin } from '../around-respond.js';
import type { ChatContext } from '../chat-context.js';
import { inlineBlobs } from '../inline-blobs.js';
import { loadChunks } from '../load-finished-run.js';
import { Run } from '../run.js';
import { settledWithin } from '../settled-within.js';
import { agentPresence } from './agent-presence.js';
import type { AgentWork } from './agent-work.js';
import { messagesUpTo } from './agent-messages.js';
import { callRecorded } from './call-recorded.js';
import type { ChatSession } from './chat-session.js';
import { completedPart } from './completed-part.js';
import type { AgentContext } from './session-options.js';

/** How long a run may wait for its first append: no model is called before. */
const REGISTRATION_PATIENCE_MS = 30_000;

/**
 * Makes an agent's run, if it is this instance that begins it. Resolves when it
 * has ended, or is another's, and the session knows of it.
 */
export async function runAgent(
  context: ChatContext,
  session: ChatSession,
  work: AgentWork,
): Promise<void> {
  const plan = await planWork(context, session, work);
  if (plan === undefined) return;
  const state = session.follower.state;
  const loaded = { state, exists: true };
  const run = new Run(context, { plan, loaded, isAlone: false });
  // Readers of a session read its log.
  run.live.cut();
  run.recording.begin('now');
  context.background(run.settled, session.chatId);
  await settledWithin(run.recording.registered, REGISTRATION_PATIENCE_MS);
  const { registration } = run.recording;
  if (registration?.kind === 'registered') {
    await respond(context, { session, run, plan });
    await run.ended;
  } else if (registration === undefined) {
    run.recording.giveUp();
    await run.abandon();
  }
  await session.follower.catchUp();
}

async function planWork(
  context: ChatContext,
  session: ChatSession,
  work: AgentWork,
): Promise<RunPlan | undefined> {
  const { agentId, runId: id, triggerId, attempt, idempotencyKey } = work;
  const { generateId, leaseMs } = context.options;
  const before = await messagesUpTo(session, triggerId);
  const last = await goneOnWith(context, session, work);
  // It was taken back meanwhile.
  if (before.at(-1)?.id !== triggerId) return undefined;
  if (work.continues !== undefined && last === undefined) return undefined;
  const messageId =
    work.continues ?? work.restarts?.value.messageId ?? generateId();
  return {
    chatId: session.chatId,
    actorId: agentId,
    isQueued: true,
    messages: last === undefined ? before : [...before, last],
    value: {
      id,
      messageId,
      parentId: triggerId,
      agentId,
      attempt,
      leaseMs,
      triggerId,
      startId: nanoid(),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    },
  };
}

/** The message as it stands, where the run does not begin its own. */
async function goneOnWith(
  context: ChatContext,
  session: ChatSession,
  { continues, restarts }: AgentWork,
): Promise<UIMessage | undefined> {
  if (restarts !== undefined) {
    const run = await loadChunks(context, session.chatId, restarts);
    return completedPart(run, context.fold);
  }
  if (continues === undefined) return undefined;
  return session.messages.answered(session.view, continues);
}

interface Responding {
  readonly session: ChatSession;
  readonly run: Run;
  readonly plan: RunPlan;
}

async function respond(
  context: ChatContext,
  { session, run, plan }: Responding,
): Promise<void> {
  const agent = context.options.agents?.[plan.value.agentId];
  try {
    const messages = await inlineBlobs(context, run.chatId, plan.messages);
    const given = agentContext({ session, run, plan }, messages);
    const result = await respondWithin(context, run, () =>
      agent?.respond(given),
    );
    if (isResponse(result) && !isAnswer(result)) {
      throw new DurableChatError(
        'internal',
        `Agent "${plan.value.agentId}" answered with a response of status ${result.status} that is no UI message stream.`,
      );
    }
    void run.play(result);
  } catch (error) {
    void run.fail(error);
  }
}

function agentContext(
  { session, run, plan }: Responding,
  messages: UIMessage[],
): AgentContext {
  const { agentId, parentId } = plan.value;
  const message = messages.find(({ id }) => id === parentId);
  if (message === undefined) throw new Error('A run without its trigger.');
  const { list } = session.state;
  const author = list.messages.find(({ id }) => id === parentId)?.authorId;
  return {
    chatId: run.chatId,
    runId: run.id,
    messageId: run.messageId,
    agentId,
    messages,
    trigger: { message },
    actor: { id: author ?? 'unknown' },
    abortSignal: run.signal,
    presence: agentPresence(session, run),
    recorded: (toolCallId) => callRecorded(session, run, toolCallId),
  };
}
