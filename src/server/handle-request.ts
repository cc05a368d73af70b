import { DurableChatError, problemResponse } from '../protocol/index.js';
import { isResponse } from './answer-source.js';
import { authorized } from './authorize.js';
import type { ChatContext } from './chat-context.js';
import { deleteChat } from './delete-chat.js';
import { discardBody } from './discard-body.js';
import { loadChat } from './load-chat.js';
import type { Actor, ChatAction } from './options.js';
import { parseEventsRequest, type EventsOptions } from './events-request.js';
import { chatIdOfBody, parseSendRequest } from './parse-send-request.js';
import { parseStopRequest } from './parse-stop-request.js';
import { proxyLog } from './proxy-log.js';
import { readJson } from './read-json.js';
import { resumeStream } from './resume-stream.js';
import { allowedMethods, routeOf, type Route } from './route-of.js';
import { sendMessage, type Responder, type Send } from './send-message.js';
import { serveBlob } from './serve-blob.js';
import { handleSession } from './session/handle-session.js';
import { sendToSession } from './session/send-to-session.js';
import { stopRun } from './stop-run.js';

const NO_STORE = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};
const RETRY_AFTER_SECONDS = '1';

/** What answers a POST, and when its run is registered. */
export interface Answering {
  readonly respond: (request: Request, text: string) => Responder;
  readonly registers: Send['registers'];
  /** Where the POST is not the AI SDK's. */
  readonly events?: EventsOptions | undefined;
}

/** Answers a request by its route. Never throws. */
export async function handleRequest(
  context: ChatContext,
  request: Request,
  answering: Answering,
): Promise<Response> {
  try {
    const route = routeOf(request, context.options.basePath);
    return route.kind === 'send'
      ? await send(context, request, answering)
      : await dispatch(context, request, route);
  } catch (error) {
    return problemOf(context, request, error);
  } finally {
    void discardBody(request);
  }
}

async function send(
  context: ChatContext,
  request: Request,
  { respond, registers, events }: Answering,
): Promise<Response> {
  const { text, json } = await readJson(request, context.options.maxBodyBytes);
  const posted = events && parseEventsRequest(json, events);
  const chatId = posted?.chatId ?? chatIdOfBody(json);
  const actor = await authorized(context, { request, chatId, action: 'send' });
  if (isResponse(actor)) return actor;
  const sent = posted ?? (await parseSendRequest(json));
  if (context.options.agents !== undefined && registers === 'at-once') {
    return sendToSession(context, { request, actor, sent });
  }
  const responder = respond(request, text);
  return sendMessage(context, {
    request,
    actor,
    sent,
    respond: responder,
    registers,
    format: events?.format,
  });
}

const actions: Readonly<Record<Exclude<Route['kind'], 'send'>, ChatAction>> = {
  stream: 'read',
  load: 'read',
  log: 'read',
  blob: 'read',
  stop: 'stop',
  delete: 'delete',
  session: 'read',
  messages: 'send',
  regenerate: 'send',
  answers: 'answer',
  presence: 'presence',
  records: 'write',
  fork: 'fork',
};

type ChatRoute = Exclude<Route, { kind: 'send' }>;

async function dispatch(
  context: ChatContext,
  request: Request,
  route: ChatRoute,
): Promise<Response> {
  const { chatId } = route;
  const action = actions[route.kind];
  const actor: Actor | Response = await authorized(context, {
    request,
    chatId,
    action,
  });
  if (isResponse(actor)) return actor;
  switch (route.kind) {
    case 'stream':
      return resumeStream(context, { chatId, request, actor });
    case 'load':
      return json(await loadChat(context, chatId));
    case 'log':
      return proxyLog(context, chatId, request);
    case 'blob':
      return serveBlob(context, route, request);
    case 'stop':
      return stop(context, chatId, request);
    case 'delete':
      await deleteChat(context, chatId);
      return new Response(null, { status: 204 });
    default:
      return handleSession(context, { route, request, actor });
  }
}

async function stop(
  context: ChatContext,
  chatId: string,
  request: Request,
): Promise<Response> {
  const body = await readJson(request, context.options.maxBodyBytes);
  const options = parseStopRequest(body.json);
  return json(await stopRun(context, chatId, options));
}

function json(value: unknown): Response {
  return Response.json(value, { headers: NO_STORE });
}

/** Errors of ours are told as they are; of others, only that there was one. */
function problemOf(
  context: ChatContext,
  request: Request,
  error: unknown,
): Response {
  if (!(error instanceof DurableChatError)) {
    const { pathname: chatId } = new URL(request.url);
    context.report(error, { chatId, source: 'app' });
    const message = 'The request could not be answered.';
    return problemResponse(new DurableChatError('internal', message));
  }
  switch (error.code) {
    case 'store-unavailable':
    case 'log-lost':
    case 'forbidden':
    case 'internal':
      return told(context, error);
    case 'method-not-allowed': {
      const allow = allowedMethods(request, context.options.basePath);
      return problemResponse(error, { allow });
    }
    default:
      return problemResponse(error);
  }
}

/** Without what the message may say of the streams server. */
function told(context: ChatContext, error: DurableChatError): Response {
  if (error.code === 'forbidden') return problemResponse(error);
  context.report(error, { chatId: '', source: 'store' });
  const message = 'The chat cannot be read or stored at the moment. Try again.';
  return problemResponse(new DurableChatError('store-unavailable', message), {
    'retry-after': RETRY_AFTER_SECONDS,
  });
}
