import type { UIMessage } from 'ai';
import {
  changesWithin,
  followedRun,
  pulledBody,
  replayFrames,
} from '../../log/index.js';
import {
  DONE_DATA,
  encodeFrame,
  HEARTBEAT_FRAME,
  isAwaited,
  isToolPart,
  messageParts,
  approvalOf,
  DurableChatError,
  RUN_ID_HEADER,
  UI_MESSAGE_STREAM_HEADERS,
  type Answer,
} from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import { checkNewest } from '../check-newest.js';
import type { Actor } from '../options.js';
import type { SendRequest } from '../parse-send-request.js';
import { attachToRun } from '../resume-stream.js';
import { keyOf } from '../send-message.js';
import {
  answerRunId,
  continuationRunId,
  hasActiveRun,
  runsInto,
} from './agent-work.js';
import type { ChatSession } from './chat-session.js';
import { isTriggeredBy } from './find-work.js';
import { postAnswer } from './post-answer.js';
import { postMessage } from './post-message.js';
import { regenerate, type WantedRun } from './regenerate.js';

export interface SessionSend {
  readonly request: Request;
  readonly actor: Actor;
  readonly sent: SendRequest;
}

/**
 * `POST {base}` on a session, for a client that knows of none: what is new of
 * the message is put into the log as the session's own routes would, and the
 * answer is the run of the first agent that it makes run; empty where it makes
 * none.
 */
export async function sendToSession(
  context: ChatContext,
  send: SessionSend,
): Promise<Response> {
  const { chatId } = send.sent;
  const lease = await context.followers.acquire(chatId);
  const release = (): void => lease.release();
  try {
    const { session } = lease;
    const run = session && (await askedRun(context, session, send));
    if (!session || run === undefined) {
      release();
      return new Response(encodeFrame(DONE_DATA), {
        headers: UI_MESSAGE_STREAM_HEADERS,
      });
    }
    if (session.view.chat.runs.get(run.runId)?.replayable === false) {
      release();
      return await attachToRun(context, chatId, run.runId);
    }
    const frames = awaitedFrames(context, session, { ...run, release });
    return new Response(pulledBody(frames, release), {
      headers: {
        ...UI_MESSAGE_STREAM_HEADERS,
        [RUN_ID_HEADER]: encodeURIComponent(run.runId),
      },
    });
  } catch (error) {
    release();
    throw error;
  }
}

/** Puts into the log what was posted, and says which run is its answer. */
async function askedRun(
  context: ChatContext,
  session: ChatSession,
  { request, actor, sent }: SessionSend,
): Promise<WantedRun | undefined> {
  const message = sent.messages.at(-1);
  if (sent.trigger === 'regenerate-message') {
    const messageId = unwantedAnswer(context, session, sent);
    const wanted = { messageId, actor, idempotencyKey: keyOf(request) };
    return regenerate(context, session, wanted);
  }
  if (message === undefined) return undefined;
  checkNewest(session.follower.state, message, () => true);
  return message.role === 'assistant'
    ? answerCalls(context, session, { message, actor })
    : firstAnswer(context, session, { message, actor });
}

/** The answer that is named; else that of the first agent, as it was shown. */
function unwantedAnswer(
  { options: { agents = {} } }: ChatContext,
  { state }: ChatSession,
  { body, messages: sent }: SendRequest,
): string | undefined {
  const { messages } = state.list;
  const { messageId } = body;
  const named = messages.find(({ id }) => id === messageId);
  if (named?.role === 'assistant') return named.id;
  const trigger = sent.findLast(({ role }) => role === 'user');
  const answers = messages.filter(({ parentId }) => parentId === trigger?.id);
  for (const agentId of Object.keys(agents)) {
    const own = answers.find(({ authorId }) => authorId === agentId);
    if (own !== undefined) return own.id;
  }
  return undefined;
}

interface Said {
  readonly message: UIMessage;
  readonly actor: Actor;
}

async function firstAnswer(
  context: ChatContext,
  session: ChatSession,
  said: Said,
): Promise<WantedRun | undefined> {
  const { id } = said.message;
  const replaces = session.follower.state.messages.has(id);
  await postMessage(context, session, { ...said, replaces });
  for (const agentId of Object.keys(context.options.agents ?? {})) {
    if (!(await isTriggeredBy(context, session, { agentId, id }))) continue;
    return { agentId, runId: answerRunId(session.view, agentId, id) };
  }
  return undefined;
}

/** The outcomes of the client's tools, and of approvals, that are awaited. */
async function answerCalls(
  context: ChatContext,
  session: ChatSession,
  { message, actor }: Said,
): Promise<WantedRun | undefined> {
  const { view } = session;
  const { id } = message;
  const listed = view.session.list.messages.find((one) => one.id === id);
  const stored = await session.messages.whole(view, id);
  if (listed === undefined || stored === undefined) {
    throw new DurableChatError(
      'invalid-messages',
      'The assistant message to continue is not part of this chat.',
    );
  }
  const { authorId: agentId } = listed;
  const runId = continuationRunId(view, agentId, id);
  for (const answer of answersIn(message)) {
    if (!isAwaited(stored, answer)) continue;
    const idempotencyKey = undefined;
    await postAnswer(context, session, { answer, actor, idempotencyKey });
  }
  const isDue = (await session.messages.answered(view, id)) !== undefined;
  if (isDue || view.chat.runs.has(runId)) return { agentId, runId };
  // Sent again: what goes on with the message, if anything does.
  const last = runsInto(view, id).at(-1)?.value;
  const isContinued = last?.id !== undefined && runsInto(view, id).length > 1;
  return isContinued ? { agentId, runId: last.id } : undefined;
}

function answersIn(message: UIMessage): Answer[] {
  return messageParts(message)
    .filter(isToolPart)
    .flatMap((part): Answer[] => {
      const toolCallId = String(part['toolCallId']);
      const tool = { id: toolCallId, kind: 'tool-output', toolCallId } as const;
      const { id, approved, reason } = approvalOf(part) ?? {};
      switch (part['state']) {
        case 'output-available':
          return [{ ...tool, output: part['output'] }];
        case 'output-error':
          return [{ ...tool, errorText: String(part['errorText']) }];
        case 'approval-responded':
          return [
            {
              id: String(id),
              kind: 'approval',
              toolCallId,
              approved: approved === true,
              ...(typeof reason === 'string' ? { reason } : {}),
            },
          ];
        default:
          return [];
      }
    });
}

/** How long a run may take to begin while its agent has nothing else to do. */
const BEGIN_PATIENCE_MS = 60_000;

interface Awaited extends WantedRun {
  readonly release: () => void;
}

/** A run's chunks, once it has its turn. */
async function* awaitedFrames(
  context: ChatContext,
  session: ChatSession,
  { agentId, runId, release }: Awaited,
): AsyncGenerator<string, void, undefined> {
  const { heartbeatMs } = context.options;
  const { follower, view } = session;
  let freeSince = performance.now();
  try {
    while (!follower.state.runs.has(runId)) {
      if (hasActiveRun(view, agentId)) freeSince = performance.now();
      if (performance.now() - freeSince > BEGIN_PATIENCE_MS) return;
      if (await changesWithin(follower, heartbeatMs)) continue;
      yield HEARTBEAT_FRAME;
    }
    const source = followedRun(follower, runId);
    const after = { delivered: 0 };
    yield* replayFrames({ source, after, heartbeatMs });
  } finally {
    release();
  }
}
