import { firstState, step } from './follow-state.js';
import type { FollowEvent, FollowState } from './follow-state.js';
import type { ReconnectPolicy } from './reconnect-policy.js';
import { isAway, onWake } from './wake-signals.js';

export interface ReconnectorOptions {
  readonly policy: ReconnectPolicy;
  /**
   * Makes a request and reads its body with `read`. That it resolves means that
   * the connection is over, whatever for. Does not reject.
   */
  readonly connect: (signal: AbortSignal) => Promise<void>;
  /** Whether the next request may take its time before it is answered. */
  readonly mayTakeLong?: () => boolean;
  /** Whether the connection has brought anything that was lacking. */
  readonly hasProgressed: () => boolean;
  /** The state has another name than before. */
  readonly report: (state: FollowState) => void;
  /** It has been tried for long enough. */
  readonly giveUp: () => void;
}

/** How long a server may take to close what is complete. */
const LINGER_MS = 1_000;

/**
 * One connection after the other, as the machine of `follow-state` says: its
 * timers, its requests and what wakes it.
 */
export class Reconnector {
  readonly #options: ReconnectorOptions;
  readonly #stopWaking: () => void;
  #state: FollowState = firstState(Date.now());
  #connection = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReconnectorOptions) {
    this.#options = options;
    this.#stopWaking = onWake(() => this.#on('woken'));
  }

  /** Makes the first request. */
  start(): void {
    void this.#request();
  }

  /** A response with a body is there: reads it to its end, piece by piece. */
  async read(
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal,
    feed: (bytes: Uint8Array) => void,
  ): Promise<void> {
    this.#on('opened');
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) break;
      this.#on('heard');
      feed(value);
    }
    if (this.#state.name === 'ended') clearTimeout(this.#timer);
  }

  /** The server has thought, if it was to: what it says may not stop for long. */
  answered(): void {
    this.#setTimer(this.#options.policy.stallTimeoutMs);
  }

  /** Something came of what is read in another way than by `read`. */
  heard(): void {
    this.#on('heard');
  }

  /**
   * Nothing is asked for or read any more. `isComplete`: all is there, and the
   * server ends the body after this. A connection that is read to its end can
   * be used again; aborted it would have to be closed.
   */
  close(isComplete = false): void {
    const connection = this.#connection;
    this.#on('closed');
    this.#stopWaking();
    clearTimeout(this.#timer);
    if (!isComplete) return connection.abort();
    this.#timer = setTimeout(() => connection.abort(), LINGER_MS);
  }

  #on(event: FollowEvent): void {
    const { policy, report, giveUp, hasProgressed } = this.#options;
    const { name } = this.#state;
    const { state, effect, timerMs } = step(this.#state, event, {
      policy,
      now: Date.now(),
      random: Math.random(),
      isAway: isAway(),
      hasProgressed: hasProgressed(),
    });
    this.#state = state;
    if (name !== state.name) report(state);
    if (timerMs !== undefined) this.#setTimer(timerMs);
    if (effect === 'request') void this.#request();
    else if (effect === 'disconnect') this.#connection.abort();
    else if (effect === 'give-up') giveUp();
  }

  #setTimer(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#on('timer'), ms);
  }

  async #request(): Promise<void> {
    this.#connection.abort();
    const connection = new AbortController();
    this.#connection = connection;
    clearTimeout(this.#timer);
    const { policy, connect, mayTakeLong } = this.#options;
    if (mayTakeLong?.() !== true) this.#setTimer(policy.stallTimeoutMs);
    await connect(connection.signal);
    if (!connection.signal.aborted) this.#on('dropped');
  }
}
