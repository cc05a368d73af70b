import {
  endFrames,
  finishedBody,
  finishedFrames,
  followedRun,
  replayBody,
  restFrames,
  type ReplayOptions,
} from '../log/index.js';
import {
  activeRuns,
  chatMessage,
  decodeCursor,
  DurableChatError,
  isHad,
  LAST_EVENT_ID_HEADER,
  LOG_START,
  newestRun,
  terminalChunk,
  type Cursor,
  type RunState,
} from '../protocol/index.js';
import {
  answerDirectly,
  releaseLater,
  type DirectlyAsked,
  type DirectReader,
} from './answer-directly.js';
import type { ChatContext } from './chat-context.js';
import type { FollowerLease } from './chat-followers.js';
import { loadFinishedRun } from './load-finished-run.js';
import { ownRunsBegun } from './own-runs-begun.js';
import { runHeaders } from './run-headers.js';
import { tellResumed, type Resuming } from './tell-resumed.js';

/** `GET {base}/{chatId}/stream` (PROTOCOL.md, "Resuming"). */
export async function resumeStream(
  context: ChatContext,
  reader: DirectReader,
): Promise<Response> {
  const { chatId, request } = reader;
  const asked = { context, chatId, since: context.now(), reader };
  const lastEventId = request.headers.get(LAST_EVENT_ID_HEADER);
  const cursor = lastEventId === null ? undefined : cursorOf(lastEventId);
  const { searchParams } = new URL(request.url);
  const meant = searchParams.get('run');
  await ownRunsBegun(context, chatId);
  const own = meant === null && ownRun(context, chatId, cursor?.runId);
  if (own) return ownResponse(asked, own, cursor);
  const lease = await context.followers.acquire(chatId);
  const reading = { ...asked, lease };
  try {
    if (cursor !== undefined) return await resumeAfter(reading, cursor);
    return meant === null
      ? await replayNewest(reading, searchParams.getAll('have'))
      : await replayMeant(reading, meant);
  } catch (error) {
    lease.release();
    throw error;
  }
}

/**
 * Everything that a run has written, for a POST that was sent twice. Its Chat
 * has got nothing of the run, but holds what the message was before it: a whole
 * replay of the message would double that.
 */
export async function attachToRun(
  context: ChatContext,
  chatId: string,
  runId: string,
): Promise<Response> {
  const asked = { context, chatId, since: context.now() };
  await ownRunsBegun(context, chatId);
  const lease = await context.followers.acquire(chatId);
  const run = lease.follower.state.runs.get(runId);
  const start: Cursor = { runId, delivered: 0 };
  if (run !== undefined) return restOf(run, { ...asked, lease }, start);
  lease.release();
  throw new DurableChatError(
    'store-unavailable',
    `Run ${runId} answers this message, but is not in the log.`,
  );
}

/** A run to be read, and where from. */
interface ReadRun extends Pick<ReplayOptions, 'source' | 'release'> {
  readonly run: RunState;
}

interface Reading extends Resuming, DirectlyAsked {
  readonly lease: FollowerLease;
}

/**
 * The run that a reader asks for where this instance writes it, and knows what
 * the log has of it. What a continuation goes on with is known to the log alone,
 * and so is which of several runs is meant.
 */
function ownRun(
  context: ChatContext,
  chatId: string,
  runId: string | undefined,
): ReadRun | undefined {
  const [own, ...others] = context.runs.ofChat(chatId);
  if (own === undefined || others.length > 0 || own.isContinuation) {
    return undefined;
  }
  const { stored: source } = own.recording.writer;
  const run = source?.run;
  const isAskedFor = runId === undefined || runId === own.id;
  const isActive = run?.status === 'active';
  return source && isActive && isAskedFor ? { run, source } : undefined;
}

async function replayNewest(
  reading: Reading,
  have: readonly string[],
): Promise<Response> {
  const { state } = reading.lease.follower;
  const active = activeRuns(state).at(-1);
  if (active !== undefined) return respondFrom(reading, active, undefined);
  const newest = newestRun(state);
  if (newest === undefined || have.length === 0 || isHad(newest, have)) {
    reading.lease.release();
    return nothing();
  }
  return replayWhole(reading, newest);
}

/** The run with this id, or that the POST with this key started. */
async function replayMeant(reading: Reading, meant: string): Promise<Response> {
  const { runs } = reading.lease.follower.state;
  const run = [...runs.values()].findLast(
    ({ value }) =>
      value.attempt > 0 && [value.id, value.idempotencyKey].includes(meant),
  );
  if (run !== undefined) return replayWhole(reading, run);
  reading.lease.release();
  return nothing();
}

async function replayWhole(reading: Reading, run: RunState): Promise<Response> {
  if (run.replayable) return respondFrom(reading, run, undefined);
  reading.lease.release();
  return replayFinished(reading, run);
}

/** A run of which the history is left, with the message that it made. */
async function replayFinished(
  reading: Reading,
  run: RunState,
): Promise<Response> {
  const { context, lease } = reading;
  const { id: runId, messageId, format } = run.value;
  const start: Cursor = { runId, delivered: 0 };
  // Only the log has the events.
  if (format !== undefined) return restOf(run, reading, start);
  const { state } = lease.follower;
  const message = await chatMessage(state, messageId, context.fold);
  if (message !== undefined) {
    const { frames, chunks } = finishedFrames(message, run);
    const served = { runId, source: 'history', after: undefined } as const;
    tellResumed(reading, { ...served, length: chunks });
    return streamResponse(finishedBody(frames), run);
  }
  // One that failed before its first part has its error to show.
  const hasError = terminalChunk(run.status, run.value.error)?.type === 'error';
  return hasError ? restOf(run, reading, start) : nothing();
}

async function resumeAfter(
  reading: Reading,
  cursor: Cursor,
): Promise<Response> {
  const run = reading.lease.follower.state.runs.get(cursor.runId);
  if (run !== undefined) return restOf(run, reading, cursor);
  throw new DurableChatError(
    'invalid-cursor',
    'The Last-Event-ID names a run that this chat does not have. Ask again without it.',
  );
}

/** What a run has written after the cursor, then what it will write. */
async function restOf(
  run: RunState,
  reading: Reading,
  cursor: Cursor,
): Promise<Response> {
  if (run.replayable) {
    checkReach(cursor, run, run.chunks.length);
    return respondFrom(reading, run, cursor);
  }
  const { context, chatId, lease } = reading;
  lease.release();
  const finished = await loadFinishedRun(context, chatId, { run, cursor });
  checkReach(cursor, run, finished.length);
  const position = cursor.delivered;
  const { offset = LOG_START } = cursor;
  const place = { position, from: offset, to: offset };
  const frames = restFrames(finished.run, place) + endFrames(finished.run);
  const { id: runId } = run.value;
  const { length } = finished;
  tellResumed(reading, { runId, source: 'log', after: cursor, length });
  return streamResponse(finishedBody(frames), run);
}

/**
 * A reader cannot have more of a run than the run has. While it is active the
 * log lags behind its live reader; and one that was cut short may have lost
 * what its writer had not stored yet.
 */
function checkReach(cursor: Cursor, run: RunState, length: number): void {
  if (run.status !== 'done' || cursor.delivered <= length) return;
  throw new DurableChatError(
    'invalid-cursor',
    'The Last-Event-ID is beyond the end of its run. Ask again without it.',
  );
}

function cursorOf(lastEventId: string): Cursor {
  const cursor = decodeCursor(lastEventId);
  if (cursor !== undefined) return cursor;
  throw new DurableChatError(
    'invalid-cursor',
    'The Last-Event-ID is not a cursor of this server. Ask again without it.',
  );
}

async function ownResponse(
  asked: Resuming & DirectlyAsked,
  own: ReadRun,
  after: ReplayOptions['after'],
): Promise<Response> {
  const direct = await answerDirectly(asked, own.source, after);
  tellResumed(asked, { ...extentOf(own.run), source: 'memory', after });
  return direct ?? runResponse(asked.context, own, after);
}

async function respondFrom(
  reading: Reading,
  run: RunState,
  after: ReplayOptions['after'],
): Promise<Response> {
  const { context, lease } = reading;
  const { follower, release } = lease;
  const source = followedRun(follower, run.value.id);
  const direct = await answerDirectly(reading, source, after);
  tellResumed(reading, { ...extentOf(run), source: 'log', after });
  if (direct === undefined) {
    return runResponse(context, { run, source, release }, after);
  }
  releaseLater(release);
  return direct;
}

const extentOf = ({ value, firstSeq, chunks }: RunState) => ({
  runId: value.id,
  length: firstSeq + chunks.length,
});

function runResponse(
  { options: { heartbeatMs } }: ChatContext,
  { run, source, release }: ReadRun,
  after: ReplayOptions['after'],
): Response {
  return streamResponse(
    replayBody({ source, release, after, heartbeatMs }),
    run,
  );
}

function streamResponse(
  body: ReadableStream<Uint8Array>,
  { value }: RunState,
): Response {
  return new Response(body, { headers: runHeaders(value) });
}

function nothing(): Response {
  return new Response(null, {
    status: 204,
    headers: { 'cache-control': 'no-store' },
  });
}
