import { nanoid } from 'nanoid';
import {
  presenceKey,
  presenceRecord,
  type PresenceValue,
} from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import type { Actor } from '../options.js';
import type { ChatSession } from './chat-session.js';

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
    await this.#session.write([presenceRecord(this.#value())]);
    const beatMs = presenceTtlMs(this.#context) / 2;
    this.#heartbeat = setInterval(() => this.#beat(), beatMs);
  }

  /** Resolves when the log says that it has left. */
  async leave(): Promise<void> {
    clearInterval(this.#heartbeat);
    const current = this.#current;
    if (current?.connectionId !== this.#connectionId) return;
    const expiresAt = this.#context.now();
    const value = { ...current, status: 'offline', expiresAt } as const;
    await this.#session.writer.append([presenceRecord(value)]);
  }

  get #current(): PresenceValue | undefined {
    return this.#session.state.presence.get(this.#key);
  }

  #beat(): void {
    const current = this.#current;
    const isOthers = current?.connectionId !== this.#connectionId;
    const isLive = current && current.expiresAt > this.#context.now();
    if (isOthers && isLive) return;
    const told = this.#session.writer.append([presenceRecord(this.#value())]);
    // Its time is over then, unless the next one comes through.
    told.catch(() => undefined);
  }

  #value(): PresenceValue {
    const { actor, deviceId, name } = this.#device;
    const known: Partial<PresenceValue> = this.#current ?? {};
    const { state, status } = known;
    return {
      actorId: actor.id,
      deviceId,
      name: name ?? known.name ?? actor.id,
      status: status === 'away' ? status : 'online',
      ...(state === undefined ? {} : { state }),
      expiresAt: this.#context.now() + presenceTtlMs(this.#context),
      connectionId: this.#connectionId,
    };
  }
}
