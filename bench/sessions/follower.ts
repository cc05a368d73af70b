import type { DurableSession } from 'ai-durable-transport/session';
import { sharedClock } from '../servers/shared-clock.js';

/** Somebody who looks at a session, and sees how late each token comes. */
export class Follower implements Disposable {
  /** Milliseconds from a token's being said to its being shown. */
  readonly delays: number[] = [];
  readonly session: DurableSession;
  readonly #leave: () => void;
  readonly #connected = Promise.withResolvers<void>();
  #answered = Promise.withResolvers<void>();
  /** Of the newest answer: how much of it was seen. */
  #answerId: string | undefined;
  #seen = 0;

  constructor(session: DurableSession) {
    this.session = session;
    this.#leave = session.subscribe(() => this.#look());
  }

  /** Resolves when the session has been read. */
  get connected(): Promise<void> {
    return this.#connected.promise;
  }

  /** Resolves at the end of the next answer that begins from now on. */
  nextAnswer(): Promise<void> {
    this.#answered = Promise.withResolvers();
    return this.#answered.promise;
  }

  [Symbol.dispose](): void {
    this.#leave();
    this.session.close();
  }

  #look(): void {
    const { messages, actorId, error, runs } = this.session.getSnapshot();
    if (error !== undefined) {
      this.#connected.reject(error);
      this.#answered.reject(error);
    }
    if (actorId !== undefined) this.#connected.resolve();
    const answer = messages.at(-1);
    if (answer?.role !== 'assistant') return;
    if (answer.id !== this.#answerId) this.#seen = 0;
    this.#answerId = answer.id;
    const part = answer.parts.findLast(({ type }) => type === 'text');
    if (part?.type === 'text') this.#read(part.text);
    if (runs.length === 0) this.#answered.resolve();
  }

  /** Every token is the time at which it was said. */
  #read(text: string): void {
    const now = sharedClock();
    const tokens = text.slice(this.#seen).split(' ');
    this.#seen = text.length;
    for (const token of tokens) {
      if (token !== '') this.delays.push(now - Number(token));
    }
  }
}
