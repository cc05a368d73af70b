import type { UIMessage } from 'ai';
import { loadChatState, type LoadedState } from '../log/index.js';
import {
  ATTEMPT_HEADER,
  conversation,
  DurableChatError,
  IDEMPOTENCY_KEY_HEADER,
  MESSAGE_ID_HEADER,
  RUN_ID_HEADER,
  UI_MESSAGE_STREAM_HEADERS,
} from '../protocol/index.js';
import { isResponse } from './answer-source.js';
import type { ChatContext } from './chat-context.js';
import { mergeContinuation } from './merge-continuation.js';
import type { Actor, RespondContext } from './options.js';
import type { SendRequest } from './parse-send-request.js';
import { attachToRun } from './resume-stream.js';
import { Run } from './run.js';

/** What answers a POST: the app's `respond`, or the handler that `wrap` wraps. */
export type Responder = (context: RespondContext) => unknown;

export interface Send {
  readonly request: Request;
  readonly actor: Actor;
  readonly sent: SendRequest;
  readonly respond: Responder;
  /**
   * Whether the run is registered before the answer is known to be one. A
   * wrapped handler may refuse; then nothing is to be written.
   */
  readonly registers: 'at-once' | 'when-answered';
}

const AGENT_ID = 'assistant';
const MAX_KEY_LENGTH = 200;

/** `POST {base}` (PROTOCOL.md, "Sending"). */
export async function sendMessage(
  context: ChatContext,
  send: Send,
): Promise<Response> {
  const { chatId } = send.sent;
  const idempotencyKey = keyOf(send.request);
  const local = idempotencyKey && context.runs.byKey(chatId, idempotencyKey);
  if (local) return attachToRun(context, chatId, local.id);
  const loaded = needsState(context, send, idempotencyKey)
    ? await loadChatState(context, chatId)
    : undefined;
  const earlier = earlierRun(loaded, idempotencyKey);
  if (earlier !== undefined) return attachToRun(context, chatId, earlier);
  const messages = await messagesToAnswer(context, send.sent, loaded);
  const run = startRun(context, { send, messages, idempotencyKey, loaded });
  return answer(context, { run, send, messages });
}

function keyOf(request: Request): string | undefined {
  const key = request.headers.get(IDEMPOTENCY_KEY_HEADER);
  if (key === null || key === '') return undefined;
  if (key.length <= MAX_KEY_LENGTH) return key;
  throw new DurableChatError(
    'invalid-request',
    `The Idempotency-Key is longer than ${MAX_KEY_LENGTH} characters.`,
  );
}

/** Whether the chat must be read before the model may be called. */
function needsState(
  { options }: ChatContext,
  { request, sent }: Send,
  idempotencyKey: string | undefined,
): boolean {
  const mayBeRepeated =
    idempotencyKey !== undefined && request.headers.get(ATTEMPT_HEADER) !== '1';
  return mayBeRepeated || sent.newestOnly || options.history === 'server';
}

function earlierRun(
  loaded: LoadedState | undefined,
  idempotencyKey: string | undefined,
): string | undefined {
  if (loaded === undefined || idempotencyKey === undefined) return undefined;
  for (const { value } of loaded.state.runs.values()) {
    const isSame = value.idempotencyKey === idempotencyKey;
    if (isSame && value.attempt > 0) return value.id;
  }
  return undefined;
}

async function messagesToAnswer(
  { options, fold }: ChatContext,
  { messages, newestOnly }: SendRequest,
  loaded: LoadedState | undefined,
): Promise<UIMessage[]> {
  const newest = messages.at(-1);
  const isServed = newestOnly || options.history === 'server';
  if (!isServed || loaded === undefined || newest === undefined) {
    return [...messages];
  }
  const known = await conversation(loaded.state, fold);
  const place = known.findIndex(({ id }) => id === newest.id);
  const stored = known[place];
  const earlier = stored === undefined ? known : known.slice(0, place);
  if (newest.role !== 'assistant') return [...earlier, newest];
  if (stored !== undefined) {
    return [...earlier, mergeContinuation(stored, newest)];
  }
  throw new DurableChatError(
    'invalid-messages',
    'The assistant message to continue is not part of this chat.',
  );
}

interface NewRun {
  readonly send: Send;
  readonly messages: readonly UIMessage[];
  readonly idempotencyKey: string | undefined;
  readonly loaded: LoadedState | undefined;
}

function startRun(
  context: ChatContext,
  { send, messages, idempotencyKey, loaded }: NewRun,
): Run {
  const { generateId, leaseMs } = context.options;
  const last = messages.at(-1);
  const isContinuation = last?.role === 'assistant';
  const parent = isContinuation ? messages.at(-2) : last;
  const value = {
    id: generateId(),
    messageId: isContinuation ? last.id : generateId(),
    parentId: parent?.id ?? null,
    agentId: AGENT_ID,
    attempt: 1,
    leaseMs,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
  const { chatId } = send.sent;
  const plan = { chatId, actorId: send.actor.id, value, messages };
  return new Run(context, { plan, loaded });
}

interface Answering {
  readonly run: Run;
  readonly send: Send;
  readonly messages: UIMessage[];
}

async function answer(
  context: ChatContext,
  { run, send, messages }: Answering,
): Promise<Response> {
  context.background(run.settled, run.chatId);
  if (context.options.durability === 'required') await requireStored(run);
  else if (send.registers === 'at-once') run.begin('after-first-token');
  try {
    const result = await send.respond(respondContext(run, send, messages));
    if (isResponse(result) && !isAnswer(result))
      return await refuse(run, result);
    void run.play(result);
  } catch (error) {
    if (isResponse(error)) return refuse(run, error);
    await run.fail(error);
  }
  return liveResponse(run);
}

/** `durability: 'required'`: no run without its first append. */
async function requireStored(run: Run): Promise<void> {
  run.begin('now');
  const registration = await run.registered;
  if (registration !== undefined) return;
  await run.abandon();
  throw new DurableChatError(
    'store-unavailable',
    'The chat cannot be stored at the moment. Try again.',
  );
}

/** The app's own answer, for instance a 401 or 429: no run comes of it. */
async function refuse(run: Run, response: Response): Promise<Response> {
  await run.abandon();
  return response;
}

function isAnswer(response: Response): boolean {
  const type = response.headers.get('content-type') ?? '';
  return response.ok && type.startsWith('text/event-stream');
}

function respondContext(
  run: Run,
  { request, actor, sent }: Send,
  messages: UIMessage[],
): RespondContext {
  return {
    chatId: run.chatId,
    runId: run.id,
    messageId: run.messageId,
    messages,
    trigger: sent.trigger,
    body: sent.body,
    actor,
    request,
    abortSignal: run.signal,
  };
}

export function liveResponse(run: Run): Response {
  const headers = {
    ...UI_MESSAGE_STREAM_HEADERS,
    [RUN_ID_HEADER]: run.id,
    [MESSAGE_ID_HEADER]: run.messageId,
  };
  return new Response(run.live.stream, { headers });
}
