import type { UIMessage } from 'ai';
import type { ListedMessage } from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import {
  answerRunId,
  continuationRunId,
  hasActiveRun,
  restartWork,
  runsInto,
  type AgentWork,
} from './agent-work.js';
import type { ChatSession } from './chat-session.js';
import type { AgentOptions } from './session-options.js';
import { isWaiting } from './session-messages.js';

/** What the agents of a session have to do. */
export interface FoundWork {
  /** What can be begun now: of each agent one run at most. */
  readonly due: readonly AgentWork[];
  /** Whether something waits for an agent's run to end. */
  readonly isQueued: boolean;
}

/**
 * What follows from the log alone, so that every instance finds the same: what
 * a dead instance left first, then what was answered, then what is to be
 * answered anew, then the triggers, the oldest first.
 */
export async function findWork(
  context: ChatContext,
  session: ChatSession,
): Promise<FoundWork> {
  const due: AgentWork[] = [];
  let isQueued = false;
  for (const [agentId, agent] of Object.entries(context.options.agents ?? {})) {
    const finder = { context, session, agentId, agent };
    const isBusy = hasActiveRun(session.view, agentId);
    const work = await nextWork(finder);
    if (work === undefined) continue;
    // Looked at again: the wait may have been long.
    if (isBusy || hasActiveRun(session.view, agentId)) isQueued = true;
    else due.push(work);
  }
  return { due, isQueued };
}

interface Finder {
  readonly context: ChatContext;
  readonly session: ChatSession;
  readonly agentId: string;
  readonly agent: AgentOptions;
}

async function nextWork(finder: Finder): Promise<AgentWork | undefined> {
  const { context, session, agentId } = finder;
  const isRestarted = context.options.onInterrupted === 'restart';
  const restart = isRestarted ? restartWork(session.view, agentId) : undefined;
  return (
    restart ??
    (await nextContinuation(finder)) ??
    pendingRegenerations(session, agentId)[0] ??
    nextAnswer(finder)
  );
}

/**
 * What an agent was asked to answer anew and has not yet, the oldest first.
 * Where its question was edited since, or has left, nobody waits for it.
 */
export function pendingRegenerations(
  { view }: ChatSession,
  agentId: string,
): AgentWork[] {
  const { list, places, regenerations } = view.session;
  const listed = new Set(list.messages.map(({ id }) => id));
  return [...regenerations.values()]
    .filter(({ value, place }) => {
      const { id, triggerId } = value;
      const isDone = value.agentId !== agentId || view.chat.runs.has(id);
      const isAsked = (places.get(triggerId) ?? Infinity) < place;
      return !isDone && isAsked && listed.has(triggerId);
    })
    .map(({ value: { id: runId, triggerId, idempotencyKey } }) => ({
      agentId,
      runId,
      attempt: 1,
      triggerId,
      idempotencyKey,
    }));
}

async function nextContinuation({
  session,
  agentId,
}: Finder): Promise<AgentWork | undefined> {
  const { view } = session;
  const { list } = view.session;
  for (const { id, authorId, parentId } of list.messages) {
    if (authorId !== agentId || parentId === null) continue;
    if ((await session.messages.answered(view, id)) === undefined) continue;
    const runId = continuationRunId(view, agentId, id);
    const triggerId = parentId;
    return { agentId, runId, attempt: 1, triggerId, continues: id };
  }
  return undefined;
}

async function nextAnswer(finder: Finder): Promise<AgentWork | undefined> {
  const { context, session, agentId } = finder;
  const pending = pendingAnswers(context, session, agentId);
  return (await pending.next()).value;
}

/** The triggers of an agent that no run of it is for, the oldest first. */
export async function* pendingAnswers(
  context: ChatContext,
  session: ChatSession,
  agentId: string,
): AsyncGenerator<AgentWork, undefined, undefined> {
  const agent = context.options.agents?.[agentId];
  if (agent === undefined) return;
  const { view } = session;
  const since = view.session.agents.get(agentId)?.since ?? Infinity;
  for (const listed of view.session.list.messages) {
    const place = view.session.places.get(listed.id) ?? 0;
    if (place < since || listed.authorId === agentId) continue;
    const runId = answerRunId(view, agentId, listed.id);
    if (view.chat.runs.has(runId)) continue;
    const finder = { context, session, agentId, agent };
    if (!(await isTriggered(finder, listed))) continue;
    yield { agentId, runId, attempt: 1, triggerId: listed.id };
  }
}

/** Whether a message of the conversation makes an agent run. */
export async function isTriggeredBy(
  context: ChatContext,
  session: ChatSession,
  { agentId, id }: { readonly agentId: string; readonly id: string },
): Promise<boolean> {
  const agent = context.options.agents?.[agentId];
  const { list } = session.view.session;
  const listed = list.messages.find((message) => message.id === id);
  if (agent === undefined || listed === undefined) return false;
  return isTriggered({ context, session, agentId, agent }, listed);
}

async function isTriggered(
  { context, session, agentId, agent }: Finder,
  { id, role }: ListedMessage,
): Promise<boolean> {
  const { triggers } = agent;
  if (role === 'user' && typeof triggers !== 'function') return true;
  if (role !== 'user' && triggers === 'user-messages') return false;
  const message = await completeMessage(session, id);
  if (message === undefined) return false;
  if (typeof triggers !== 'function') return true;
  try {
    return triggers(message);
  } catch (error) {
    const { chatId } = session;
    const runId = answerRunId(session.view, agentId, id);
    context.report(error, { chatId, runId, source: 'app' });
    return false;
  }
}

/** A message that nothing more is to come of. */
async function completeMessage(
  session: ChatSession,
  id: string,
): Promise<UIMessage | undefined> {
  const { view } = session;
  const run = runsInto(view, id).at(-1);
  if (run !== undefined && run.status !== 'done') return undefined;
  const message = await session.messages.whole(view, id);
  return message === undefined || isWaiting(message) ? undefined : message;
}
