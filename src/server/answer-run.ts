import type { UIMessage } from 'ai';
import { DurableChatError, problemResponse } from '../protocol/index.js';
import { isAnswer, isResponse } from './answer-source.js';
import { respondWithin } from './around-respond.js';
import { REQUEST_PATIENCE_MS, type ChatContext } from './chat-context.js';
import type { RespondContext } from './options.js';
import { attachToRun } from './resume-stream.js';
import { runHeaders } from './run-headers.js';
import type { Run } from './run.js';
import type { Send } from './send-message.js';
import { settledWithin } from './settled-within.js';

export interface Answering {
  readonly run: Run;
  readonly send: Send;
  readonly messages: UIMessage[];
  /**
   * Whether the log has the last word before the model is called: for a POST
   * that may have been sent before.
   */
  readonly isAskedFirst: boolean;
}

/** The response to a POST: the run's live branch, or what stands in its place. */
export async function answerRun(
  context: ChatContext,
  answering: Answering,
): Promise<Response> {
  const { run, send, isAskedFirst } = answering;
  context.background(run.settled, run.chatId);
  if (send.registers === 'at-once') {
    run.recording.begin(isAskedFirst ? 'now' : 'after-first-token');
    const instead = isAskedFirst ? await askLog(context, run) : undefined;
    if (instead !== undefined) return instead;
  }
  const played = playAnswer(context, answering);
  // A stop need not wait for an app that takes its time to answer.
  const instead = await Promise.race([played, cutShort(run)]);
  return instead ?? liveResponse(run);
}

/** Resolves to what is to be answered instead of the run. */
async function playAnswer(
  context: ChatContext,
  { run, send, messages, isAskedFirst }: Answering,
): Promise<Response | undefined> {
  try {
    const result = await respondWithin(context, run, () =>
      send.respond(respondContext(run, send, messages)),
    );
    if (isResponse(result) && !isAnswer(result)) return refuse(run, result);
    const isDue = isAskedFirst && send.registers === 'when-answered';
    if (isDue) run.recording.begin('now');
    const instead = isDue ? await askLog(context, run) : undefined;
    void run.play(result);
    return instead;
  } catch (error) {
    if (isResponse(error)) return refuse(run, error);
    void run.fail(error);
    return undefined;
  }
}

/** Resolves when the run is over although nothing was answered yet. */
function cutShort(run: Run): Promise<undefined> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!run.isAbandoned) resolve(undefined);
    };
    if (run.signal.aborted) look();
    else run.signal.addEventListener('abort', look, { once: true });
  });
}

/** What the log says against this run, once it has been asked. */
async function askLog(
  context: ChatContext,
  run: Run,
): Promise<Response | undefined> {
  const { recording } = run;
  await settledWithin(recording.registered, REQUEST_PATIENCE_MS);
  const { registration } = recording;
  switch (registration?.kind) {
    case 'registered':
      return undefined;
    case 'stopped':
    case 'late':
      return liveResponse(run);
    case 'busy':
    case 'repeated':
      return attachToRun(context, run.chatId, registration.runId);
    case undefined:
      return context.options.durability === 'required'
        ? notStored(run)
        : undefined;
  }
}

/** `durability: 'required'`: no run without its first append. */
function notStored(run: Run): Response {
  run.recording.giveUp();
  void run.abandon();
  const error = new DurableChatError(
    'store-unavailable',
    'The chat cannot be stored at the moment. Try again.',
  );
  return problemResponse(error, { 'retry-after': '1' });
}

/** The app's own answer, for instance a 401 or 429: no run comes of it. */
function refuse(run: Run, response: Response): Response {
  void run.abandon();
  return response;
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

function liveResponse(run: Run): Response {
  return new Response(run.live.stream, { headers: runHeaders(run) });
}
