import {
  DurableChatError,
  presenceKey,
  type PresenceValue,
} from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import { fieldsOf } from '../parse-send-request.js';
import type { ChatSession } from './chat-session.js';
import { presenceTtlMs, statusHere } from './device-presence.js';

const MAX_NAME_LENGTH = 200;
/** It is written, and told to everybody, again and again. */
const MAX_STATE_LENGTH = 4_096;

/** 1 to 200 characters: a device's id, a participant's name. */
export const isFitName = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && text.length <= MAX_NAME_LENGTH;

/** A device's id: without a colon, which parts it from the actor's in a key. */
export const isFitDevice = (text: unknown): text is string =>
  isFitName(text) && !text.includes(':');

export type PostedPresence = Pick<PresenceValue, 'deviceId'> &
  Partial<Pick<PresenceValue, 'name' | 'status' | 'state'>>;

/**
 * The body of `POST {base}/{chatId}/presence`.
 *
 * @throws DurableChatError `invalid-request`
 */
export function parsePresence(json: unknown): PostedPresence {
  const body = fieldsOf(json);
  const { deviceId, name, status, state } = body;
  const isNamed = name === undefined || isFitName(name);
  if (!isFitDevice(deviceId) || !isNamed || !isStatus(status)) {
    throw new DurableChatError(
      'invalid-request',
      'A presence is { deviceId, name?, status?, state? }: a deviceId without a colon, a status online, away or offline.',
    );
  }
  if (JSON.stringify(state ?? null).length > MAX_STATE_LENGTH) {
    throw new DurableChatError(
      'invalid-request',
      `state must not have more than ${MAX_STATE_LENGTH} characters as JSON.`,
    );
  }
  return {
    deviceId,
    ...(name === undefined ? {} : { name }),
    ...(status === undefined ? {} : { status }),
    ...('state' in body ? { state } : {}),
  };
}

const isStatus = (
  value: unknown,
): value is PresenceValue['status'] | undefined =>
  value === undefined ||
  value === 'online' ||
  value === 'away' ||
  value === 'offline';

/** What a device says of itself, until it says otherwise or is gone. */
export function postPresence(
  context: ChatContext,
  session: ChatSession,
  { actor, ...posted }: PostedPresence & { readonly actor: Actor },
): Promise<void> {
  const { deviceId } = posted;
  const actorId = actor.id;
  const key = presenceKey({ actorId, deviceId });
  return session.presence.tell(key, (known) => ({
    name: actorId,
    ...known,
    status: statusHere(known),
    ...posted,
    actorId,
    expiresAt: context.now() + presenceTtlMs(context),
  }));
}
