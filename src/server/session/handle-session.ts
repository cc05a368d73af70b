import { DurableChatError } from '../../protocol/index.js';
import { isResponse } from '../answer-source.js';
import { authorized } from '../authorize.js';
import type { ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import { readJson } from '../read-json.js';
import type { SessionPost } from '../route-of.js';
import { keyOf } from '../send-message.js';
import type { ChatSession } from './chat-session.js';
import { forkChat, parseFork } from './fork-chat.js';
import { openSession, type Device } from './open-session.js';
import { conflict, parseAnswer, postAnswer } from './post-answer.js';
import { parsePostedMessage, postMessage } from './post-message.js';
import {
  isFitDevice,
  isFitName,
  parsePresence,
  postPresence,
} from './post-presence.js';
import { parseAppRecord } from './post-record.js';
import { parseRegeneration, regenerate } from './regenerate.js';

/** The routes that only a chat with agents has. */
export interface SessionRoute {
  readonly kind: 'session' | SessionPost;
  readonly chatId: string;
}

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
  const { kind } = call.route;
  if (kind === 'session') return joinSession(context, call);
  const { maxBodyBytes } = context.options;
  const { json } = await readJson(call.request, maxBodyBytes);
  return posts[kind](context, call, json);
}

type Post = (
  context: ChatContext,
  call: SessionCall,
  json: unknown,
) => Promise<Response>;

const posts: Readonly<Record<SessionPost, Post>> = {
  async messages(context, call, json) {
    const posted = await parsePostedMessage(json);
    const { actor } = call;
    return inSession(context, call, async (session) =>
      told(await postMessage(context, session, { ...posted, actor })),
    );
  },
  async regenerate(context, call, json) {
    const { actor, request } = call;
    const messageId = parseRegeneration(json);
    const wanted = { messageId, actor, idempotencyKey: keyOf(request) };
    return inSession(context, call, async (session) => {
      const { runId } = await regenerate(context, session, wanted);
      return told({ runId }, 202);
    });
  },
  async answers(context, call, json) {
    const { actor, request } = call;
    const answer = parseAnswer(json);
    const posted = { answer, actor, idempotencyKey: keyOf(request) };
    return inSession(context, call, async (session) => {
      const { value, isOurs } = await postAnswer(context, session, posted);
      return isOurs ? told(value) : conflict(value);
    });
  },
  async presence(context, call, json) {
    const posted = { ...parsePresence(json), actor: call.actor };
    return inSession(context, call, async (session) => {
      await postPresence(context, session, posted);
      return new Response(null, { status: 204 });
    });
  },
  async records(context, call, json) {
    const record = await parseAppRecord(context, json);
    const { type, key } = record;
    return inSession(context, call, async (session) => {
      await session.writer.append([record]);
      return told({ type, key });
    });
  },
  async fork(context, call, json) {
    const { request } = call;
    const wanted = parseFork(json);
    const { chatId } = wanted;
    // Who may fork a chat may not write into any other by that.
    const asked = { request, chatId, action: 'fork' } as const;
    const allowed = await authorized(context, asked);
    if (isResponse(allowed)) return allowed;
    return inSession(context, call, async (session) => {
      await forkChat(context, session, wanted);
      return told({ chatId }, 201);
    });
  },
};

async function inSession(
  context: ChatContext,
  { route }: SessionCall,
  work: (session: ChatSession) => Promise<Response>,
): Promise<Response> {
  const { session, release } = await acquireSession(context, route.chatId);
  try {
    return await work(session);
  } finally {
    release();
  }
}

const NO_STORE = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const told = (value: unknown, status = 200): Response =>
  Response.json(value, { status, headers: NO_STORE });

async function joinSession(
  context: ChatContext,
  { route: { chatId }, request, actor }: SessionCall,
): Promise<Response> {
  const device = deviceOf(request);
  if (device !== undefined) {
    const asked = { request, chatId, action: 'presence' } as const;
    const present = await authorized(context, asked);
    if (isResponse(present)) return present;
  }
  const { session, release } = await acquireSession(context, chatId);
  const joining = { request, actor, device, release };
  try {
    return await openSession(context, session, joining);
  } catch (error) {
    release();
    throw error;
  }
}

interface HeldSession {
  readonly session: ChatSession;
  readonly release: () => void;
}

export async function acquireSession(
  context: ChatContext,
  chatId: string,
): Promise<HeldSession> {
  const lease = await context.followers.acquire(chatId);
  const { session } = lease;
  if (session !== undefined) return { session, release: () => lease.release() };
  lease.release();
  throw new Error('A chat with agents has no session.');
}

function deviceOf({ url }: Request): Device | undefined {
  const { searchParams } = new URL(url);
  const deviceId = searchParams.get('deviceId');
  if (deviceId === null) return undefined;
  const name = searchParams.get('name') ?? undefined;
  if (isFitDevice(deviceId) && (name === undefined || isFitName(name))) {
    return { deviceId, name };
  }
  throw new DurableChatError(
    'invalid-request',
    'deviceId and name must have 1 to 200 characters, and a deviceId no colon.',
  );
}
