import { nanoid } from 'nanoid';
import { presenceKey, type PresenceValue } from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import type { ChatSession } from './chat-session.js';
import type { PresenceChange } from './presence-writer.js';

const TTL_MS = 30_000;

export const presenceTtlMs = ({ options }: ChatContext): number =>
  options.presence?.ttlMs ?? TTL_MS;

interface DeviceOfActor {
  readonly actor: Actor;
  readonly deviceId: string;
  readonly name: string | undefined;
}

/**
 * One connection of a device: the device is present while it lasts. Where the
 * same device has another by then (a reload, on another instance), that one
 * says when it leaves.
 */
export class DevicePresence {
  readonly #context: ChatContext;
  readonly #session: ChatSession;
  readonly #device: DeviceOfActor;
  readonly #key: string;
  readonly #connectionId = nanoid();
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(
    context: ChatContext,
    session: ChatSession,
    device: DeviceOfActor,
  ) {
    this.#context = context;
    this.#session = session;
    this.#device = device;
    const { actor, deviceId } = device;
    this.#key = presenceKey({ actorId: actor.id, deviceId });
  }

  /** Resolves when the log says that it is there. */
  async enter(): Promise<void> {
    await this.#tell((known) => this.#present(known));
    const beatMs = presenceTtlMs(this.#context) / 2;
    this.#heartbeat = setInterval(() => this.#beat(), beatMs);
  }

  /** Resolves when the log says that it has left. */
  async leave(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#tell((known) => {
      if (known?.connectionId !== this.#connectionId) return undefined;
      return { ...known, status: 'offline', expiresAt: this.#context.now() };
    });
  }

  #beat(): void {
    const told = this.#tell((known) => {
      const isOthers = known?.connectionId !== this.#connectionId;
      const isLive = known && known.expiresAt > this.#context.now();
      return isOthers && isLive ? undefined : this.#present(known);
    });
    // Its time is over then, unless the next one comes through.
    told.catch(() => undefined);
  }

  #tell(change: PresenceChange): Promise<void> {
    return this.#session.presence.tell(this.#key, change);
  }

  #present(known: PresenceValue | undefined): PresenceValue {
    const { actor, deviceId, name } = this.#device;
    const state = known?.state;
    return {
      actorId: actor.id,
      deviceId,
      name: name ?? known?.name ?? actor.id,
      status: statusHere(known),
      ...(state === undefined ? {} : { state }),
      expiresAt: this.#context.now() + presenceTtlMs(this.#context),
      connectionId: this.#connectionId,
    };
  }
}

/** The status of a device that gives a sign of life, and says nothing of it. */
export const statusHere = (
  known: PresenceValue | undefined,
): PresenceValue['status'] => (known?.status === 'away' ? 'away' : 'online');
