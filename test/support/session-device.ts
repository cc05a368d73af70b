import {
  DurableSession,
  type DurableSessionOptions,
  type DurableSessionSnapshot,
} from 'ai-durable-transport/session';
import { vi } from 'vitest';
import { EAGER } from './journey.js';
import { textOf } from './session-app.js';

export interface SessionDeviceOptions extends Partial<DurableSessionOptions> {
  readonly api: string;
  readonly chatId: string;
  readonly actor?: string;
}

/** A `DurableSession` that somebody looks at. */
export class SessionDevice {
  readonly session: DurableSession;
  /** How often it was told of a change. */
  notified = 0;
  /** Every list of texts that was shown, without repetitions. */
  readonly shown: string[][] = [];
  readonly statuses: string[] = [];
  readonly #leave: () => void;

  constructor({ actor = 'ann', ...options }: SessionDeviceOptions) {
    this.session = new DurableSession({
      headers: { 'x-actor': actor },
      reconnect: EAGER,
      ...options,
    });
    this.#leave = this.session.subscribe(() => this.#look());
  }

  get now(): DurableSessionSnapshot {
    return this.session.getSnapshot();
  }

  get texts(): string[] {
    return this.now.messages.map(textOf);
  }

  /** Resolves when this device has seen what is asked for. */
  async until(isSo: (device: this) => boolean, timeout = 20_000) {
    await vi.waitUntil(() => isSo(this), { timeout, interval: 5 });
  }

  connected(): Promise<void> {
    return this.until(
      ({ now }) => now.connection === 'connected' && now.actorId !== undefined,
    );
  }

  /** Resolves when nothing is under way, and these messages are there. */
  rests(count: number): Promise<void> {
    return this.until(
      ({ now }) => now.messages.length === count && now.status === 'ready',
    );
  }

  /** Looks away; the session may go on. */
  leave(): void {
    this.#leave();
  }

  [Symbol.dispose](): void {
    this.session.close();
  }

  #look(): void {
    this.notified += 1;
    const { status } = this.now;
    if (this.statuses.at(-1) !== status) this.statuses.push(status);
    const { texts } = this;
    if (this.shown.at(-1)?.join('\n') !== texts.join('\n')) {
      this.shown.push(texts);
    }
  }
}
