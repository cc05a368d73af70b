import { LAST_EVENT_ID_HEADER } from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import type { ChatSession } from './chat-session.js';
import { DevicePresence } from './device-presence.js';
import { agentRecords } from './post-message.js';
import { sessionBody } from './session-body.js';

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

/** A device that reads a session, and is present as long as it does. */
export interface Device {
  readonly deviceId: string;
  readonly name: string | undefined;
}

export interface SessionRequest {
  readonly request: Request;
  readonly actor: Actor;
  readonly device: Device | undefined;
  /** Lets go of the session. */
  readonly release: () => void;
}

/** `GET {base}/{chatId}/session` (PROTOCOL.md, "Sessions"). */
export async function openSession(
  context: ChatContext,
  session: ChatSession,
  { request, actor, device, release }: SessionRequest,
): Promise<Response> {
  const { heartbeatMs } = context.options;
  const missing = agentRecords(context, session);
  if (missing.length > 0) await session.write(missing);
  const presence =
    device && new DevicePresence(context, session, { ...device, actor });
  await presence?.enter();
  let isHere = true;
  const leave = (): void => {
    if (!isHere) return;
    isHere = false;
    const left = presence?.leave() ?? Promise.resolve();
    context.background(left.finally(release), session.chatId);
  };
  const body = sessionBody({
    session,
    actorId: actor.id,
    after: request.headers.get(LAST_EVENT_ID_HEADER) ?? undefined,
    heartbeatMs,
    onLeave: leave,
  });
  // A reader that was gone before it got anything.
  if (request.signal.aborted) leave();
  return new Response(body, { headers: HEADERS });
}
