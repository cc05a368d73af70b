import type { UIMessage } from 'ai';
import { loadChatState, planRun, type LoadedState } from '../log/index.js';
import {
  ATTEMPT_HEADER,
  conversation,
  DurableChatError,
  IDEMPOTENCY_KEY_HEADER,
  type RunFormat,
} from '../protocol/index.js';
import { answerRun } from './answer-run.js';
import { REQUEST_PATIENCE_MS, type ChatContext } from './chat-context.js';
import { checkNewest } from './check-newest.js';
import { inlineBlobs } from './inline-blobs.js';
import { mergeContinuation } from './merge-continuation.js';
import type { Actor, RespondContext } from './options.js';
import type { SendRequest } from './parse-send-request.js';
import { plainResponse } from './plain-response.js';
import { attachToRun } from './resume-stream.js';
import { Run } from './run.js';
import { settledWithin } from './settled-within.js';

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
  /** Of the answer, where it is no UI message. */
  readonly format?: RunFormat | undefined;
}

const MAX_KEY_LENGTH = 200;

/** `POST {base}` (PROTOCOL.md, "Sending"). */
export async function sendMessage(
  context: ChatContext,
  send: Send,
): Promise<Response> {
  const response = await answerSend(context, send);
  // Who does not say which try it is knows nothing of runs: it gets the events
  // as their source sent them.
  const isPlain = !send.request.headers.has(ATTEMPT_HEADER);
  return isPlain ? plainResponse(response) : response;
}

async function answerSend(context: ChatContext, send: Send): Promise<Response> {
  const { chatId } = send.sent;
  const askedAt = context.now();
  const idempotencyKey = keyOf(send.request);
  const twin = await idOfTwin(twinOf(context, chatId, idempotencyKey));
  if (twin !== undefined) return attachToRun(context, chatId, twin);
  const isRepeat = mayBeRepeat(send.request, idempotencyKey);
  const loaded = needsState(context, send, isRepeat)
    ? await loadChatState(context, chatId)
    : undefined;
  const earlier = earlierRun(loaded, idempotencyKey);
  if (earlier !== undefined) return attachToRun(context, chatId, earlier);
  const messages = await messagesToAnswer(context, send.sent, loaded);
  const given = await inlineBlobs(context, chatId, messages);
  // It may have come again while its chat was read, and have been faster.
  if (twinOf(context, chatId, idempotencyKey)) return answerSend(context, send);
  const asked = { send, messages, idempotencyKey, askedAt, loaded };
  const run = startRun(context, asked);
  const isRequired = context.options.durability === 'required';
  const isAskedFirst = isRequired || isRepeat;
  return answerRun(context, { run, send, messages: given, isAskedFirst });
}

/** The run of this instance that answers the same POST. */
function twinOf(
  { runs }: ChatContext,
  chatId: string,
  idempotencyKey: string | undefined,
): Run | undefined {
  if (idempotencyKey === undefined) return undefined;
  const twin = runs.byKey(chatId, idempotencyKey);
  return twin?.isAbandoned === true ? undefined : twin;
}

/** The id of the run that is to be read in the place of one of its own. */
async function idOfTwin(twin: Run | undefined): Promise<string | undefined> {
  if (twin === undefined) return undefined;
  const { recording } = twin;
  // A wrapped handler may take its time; and if it refuses, there is no run.
  if (!(await recording.begun)) return undefined;
  await settledWithin(recording.registered, REQUEST_PATIENCE_MS);
  const { registration } = recording;
  if (registration?.kind === 'repeated') return registration.runId;
  if (registration !== undefined) return twin.id;
  throw new DurableChatError(
    'store-unavailable',
    `Run ${twin.id} answers this message already, but is not in the log: its answer can be read only there.`,
  );
}

/** Throws `invalid-request` where the key is too long to be kept. */
export function keyOf(request: Request): string | undefined {
  const key = request.headers.get(IDEMPOTENCY_KEY_HEADER);
  if (key === null || key === '') return undefined;
  if (key.length <= MAX_KEY_LENGTH) return key;
  throw new DurableChatError(
    'invalid-request',
    `The Idempotency-Key is longer than ${MAX_KEY_LENGTH} characters.`,
  );
}

/** Whether the POST may have been sent before: only a first try says it isn't. */
function mayBeRepeat(
  { headers }: Request,
  idempotencyKey: string | undefined,
): boolean {
  return idempotencyKey !== undefined && headers.get(ATTEMPT_HEADER) !== '1';
}

/** Whether the chat must be read before the model may be called. */
function needsState(
  { options }: ChatContext,
  { sent }: Send,
  isRepeat: boolean,
): boolean {
  return isRepeat || sent.newestOnly || options.history === 'server';
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
  { options, fold, runs }: ChatContext,
  { chatId, messages, newestOnly }: SendRequest,
  loaded: LoadedState | undefined,
): Promise<UIMessage[]> {
  const newest = messages.at(-1);
  const isServed = newestOnly || options.history === 'server';
  if (!isServed || loaded === undefined || newest === undefined) {
    return [...messages];
  }
  checkNewest(loaded.state, newest, (messageId) =>
    runs
      .ofChat(chatId)
      .some((run) => run.messageId === messageId && !run.isActive),
  );
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
  readonly askedAt: number;
  readonly loaded: LoadedState | undefined;
}

function startRun(
  context: ChatContext,
  { send, messages, idempotencyKey, askedAt, loaded }: NewRun,
): Run {
  const { generateId, leaseMs } = context.options;
  const plan = planRun({
    chatId: send.sent.chatId,
    actorId: send.actor.id,
    messages,
    leaseMs,
    newId: generateId,
    idempotencyKey,
    format: send.format,
  });
  // A wrapped handler may take its time: that is no waiting for the store.
  const since = send.registers === 'at-once' ? { askedAt } : {};
  return new Run(context, { plan: { ...plan, ...since }, loaded });
}
