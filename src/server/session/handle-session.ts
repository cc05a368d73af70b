import { DurableChatError } from '../../protocol/index.js';
import { isResponse } from '../answer-source.js';
import { authorized } from '../authorize.js';
import type { ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import { readJson } from '../read-json.js';
import type { Route } from '../route-of.js';
import type { ChatSession } from './chat-session.js';
import { openSession, type Device } from './open-session.js';
import { parsePostedMessage, postMessage } from './post-message.js';

/** The routes that only a chat with agents has. */
export type SessionRoute = Extract<Route, { kind: 'session' | 'messages' }>;

export interface SessionCall {
  readonly route: SessionRoute;
  readonly request: Request;
  readonly actor: Actor;
}

/** Answers a request to a session, which is authorized. */
export async function handleSession(
  context: ChatContext,
  call: SessionCall,
): Promise<Response> {
  if (context.options.agents === undefined) {
    throw new DurableChatError('not-found', 'There is no such route.');
  }
  return call.route.kind === 'session'
    ? joinSession(context, call)
    : postToSession(context, call);
}

async function joinSession(
  context: ChatContext,
  { route: { chatId }, request, actor }: SessionCall,
): Promise<Response> {
  const device = deviceOf(request);
  if (device !== undefined) {
    const action = 'presence';
    const asked = { request, chatId, action } as const;
    const present = await authorized(context, asked);
    if (isResponse(present)) return present;
  }
  const { session, release } = await acquireSession(context, chatId);
  try {
    return await openSession(context, session, {
      request,
      actor,
      device,
      release,
    });
  } catch (error) {
    release();
    throw error;
  }
}

async function postToSession(
  context: ChatContext,
  { route: { chatId }, request, actor }: SessionCall,
): Promise<Response> {
  const { json } = await readJson(request, context.options.maxBodyBytes);
  const posted = await parsePostedMessage(json);
  const { session, release } = await acquireSession(context, chatId);
  try {
    const stored = await postMessage(context, session, { ...posted, actor });
    return Response.json(stored, { headers: NO_STORE });
  } finally {
    release();
  }
}

const NO_STORE = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

interface HeldSession {
  readonly session: ChatSession;
  readonly release: () => void;
}

async function acquireSession(
  context: ChatContext,
  chatId: string,
): Promise<HeldSession> {
  const lease = await context.followers.acquire(chatId);
  const { session } = lease;
  if (session !== undefined) return { session, release: () => lease.release() };
  lease.release();
  throw new Error('A chat with agents has no session.');
}

const MAX_NAME_LENGTH = 200;

function deviceOf({ url }: Request): Device | undefined {
  const { searchParams } = new URL(url);
  const deviceId = searchParams.get('deviceId');
  if (deviceId === null) return undefined;
  const name = searchParams.get('name') ?? undefined;
  const isFit = (text: string): boolean =>
    text !== '' && text.length <= MAX_NAME_LENGTH;
  if (isFit(deviceId) && (name === undefined || isFit(name))) {
    return { deviceId, name };
  }
  throw new DurableChatError(
    'invalid-request',
    `deviceId and name must have 1 to ${MAX_NAME_LENGTH} characters.`,
  );
}
