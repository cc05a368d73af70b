import {
  activeRuns,
  chatMessage,
  decodeCursor,
  DurableChatError,
  isDead,
  LAST_EVENT_ID_HEADER,
  LOG_START,
  MESSAGE_ID_HEADER,
  newestRun,
  RUN_ID_HEADER,
  UI_MESSAGE_STREAM_HEADERS,
  type ChatState,
  type Cursor,
  type RunState,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import type { FollowerLease } from './chat-followers.js';
import { loadFinishedRun } from './load-finished-run.js';
import { finishedBody, replayBody, type ReplayOptions } from './replay-body.js';
import { endFrames, finishedFrames, restFrames } from './replay-frames.js';
import { sealDeadRuns } from './seal-dead-runs.js';
import { settledWithin } from './settled-within.js';

/** How long a reader waits for a run that is just being registered. */
const REGISTRATION_PATIENCE_MS = 2_000;

/** `GET {base}/{chatId}/stream` (PROTOCOL.md, "Resuming"). */
export async function resumeStream(
  context: ChatContext,
  chatId: string,
  request: Request,
): Promise<Response> {
  const lastEventId = request.headers.get(LAST_EVENT_ID_HEADER);
  const have = new URL(request.url).searchParams.get('have') ?? undefined;
  const lease = await acquireCurrent(context, chatId);
  const reading = { context, chatId, lease };
  try {
    return lastEventId === null
      ? await replayNewest(reading, have)
      : await resumeAfter(reading, cursorOf(lastEventId));
  } catch (error) {
    lease.release();
    throw error;
  }
}

/** Everything that a run has written, for a POST that was sent twice. */
export async function attachToRun(
  context: ChatContext,
  chatId: string,
  runId: string,
): Promise<Response> {
  const lease = await acquireCurrent(context, chatId);
  const run = lease.follower.state.runs.get(runId);
  if (run?.replayable === true) {
    return respondWithRun({ context, chatId, lease }, run, undefined);
  }
  const { state } = lease.follower;
  lease.release();
  return run === undefined ? nothing() : replayFinished(context, state, run);
}

interface Reading {
  readonly context: ChatContext;
  readonly chatId: string;
  readonly lease: FollowerLease;
}

/** A follower that has seen what this instance is just about to write. */
async function acquireCurrent(
  context: ChatContext,
  chatId: string,
): Promise<FollowerLease> {
  const starting = context.runs.ofChat(chatId).map((run) => run.registered);
  await settledWithin(Promise.all(starting), REGISTRATION_PATIENCE_MS);
  const lease = await context.followers.acquire(chatId);
  const now = context.now();
  if (
    activeRuns(lease.follower.state).some(({ value }) => isDead(value, now))
  ) {
    await sealDeadRuns(context, chatId);
    await lease.follower.catchUp();
  }
  return lease;
}

async function replayNewest(
  reading: Reading,
  have: string | undefined,
): Promise<Response> {
  const { state } = reading.lease.follower;
  const active = activeRuns(state).at(-1);
  if (active !== undefined) return respondWithRun(reading, active, undefined);
  const newest = newestRun(state);
  if (newest === undefined || have === undefined || isHad(newest, have)) {
    reading.lease.release();
    return nothing();
  }
  if (newest.replayable) return respondWithRun(reading, newest, undefined);
  reading.lease.release();
  return replayFinished(reading.context, state, newest);
}

/**
 * Whether a reader that holds the newest message has all there is to it. Of a
 * run that failed or was interrupted it lacks the error.
 */
function isHad(newest: RunState, have: string): boolean {
  const hasError =
    newest.status === 'failed' || newest.status === 'interrupted';
  return newest.value.messageId === have && !hasError;
}

async function replayFinished(
  { fold }: ChatContext,
  state: ChatState,
  run: RunState,
): Promise<Response> {
  const message = await chatMessage(state, run.value.messageId, fold);
  if (message === undefined) return nothing();
  return streamResponse(finishedBody(finishedFrames(message, run)), run);
}

async function resumeAfter(
  { context, chatId, lease }: Reading,
  cursor: Cursor,
): Promise<Response> {
  const run = lease.follower.state.runs.get(cursor.runId);
  if (run === undefined) {
    throw new DurableChatError(
      'invalid-cursor',
      'The Last-Event-ID names a run that this chat does not have. Ask again without it.',
    );
  }
  if (run.replayable)
    return respondWithRun({ context, chatId, lease }, run, cursor);
  lease.release();
  const finished = await loadFinishedRun(context, chatId, { run, cursor });
  const position = cursor.delivered;
  const { offset = LOG_START } = cursor;
  const place = { position, from: offset, to: offset };
  const frames = restFrames(finished, place) + endFrames(finished);
  return streamResponse(finishedBody(frames), run);
}

function cursorOf(lastEventId: string): Cursor {
  const cursor = decodeCursor(lastEventId);
  if (cursor !== undefined) return cursor;
  throw new DurableChatError(
    'invalid-cursor',
    'The Last-Event-ID is not a cursor of this server. Ask again without it.',
  );
}

function respondWithRun(
  { context, lease }: Reading,
  run: RunState,
  after: ReplayOptions['after'],
): Response {
  const { heartbeatMs } = context.options;
  const runId = run.value.id;
  return streamResponse(replayBody({ lease, runId, after, heartbeatMs }), run);
}

function streamResponse(
  body: ReadableStream<Uint8Array>,
  { value }: RunState,
): Response {
  const headers = {
    ...UI_MESSAGE_STREAM_HEADERS,
    [RUN_ID_HEADER]: value.id,
    [MESSAGE_ID_HEADER]: value.messageId,
  };
  return new Response(body, { headers });
}

function nothing(): Response {
  return new Response(null, {
    status: 204,
    headers: { 'cache-control': 'no-store' },
  });
}
