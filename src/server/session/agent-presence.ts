import type { PresenceValue } from '../../protocol/index.js';
import type { Run } from '../run.js';
import type { ChatSession } from './chat-session.js';
import type { AgentPresence } from './session-options.js';

/** Who is in a session, for an agent, as long as its run lasts. */
export function agentPresence(session: ChatSession, run: Run): AgentPresence {
  return {
    list: () => presentIn(session, Date.now()),
    onChange: (listener) => {
      const watch = new PresenceWatch(session, listener);
      void run.ended.then(() => watch.close());
      return () => watch.close();
    },
  };
}

/** Those who are there: what is past its time counts as gone. */
export const presentIn = (
  { state }: ChatSession,
  now: number,
): PresenceValue[] =>
  [...state.presence.values()].filter(
    ({ status, expiresAt }) => status !== 'offline' && expiresAt > now,
  );

/** Tells of who comes and goes, by a record or because a record's time is over. */
class PresenceWatch {
  readonly #session: ChatSession;
  readonly #listener: (present: PresenceValue[]) => void;
  readonly #unsubscribe: () => void;
  #known: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    session: ChatSession,
    listener: (present: PresenceValue[]) => void,
  ) {
    this.#session = session;
    this.#listener = listener;
    this.#known = summaryOf(presentIn(session, Date.now()));
    this.#unsubscribe = session.onRecords((records) => {
      if (records.some(({ type }) => type === 'presence')) this.#look();
    });
    this.#awaitNextEnd();
  }

  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#awaitNextEnd();
    const present = presentIn(this.#session, Date.now());
    const summary = summaryOf(present);
    if (summary === this.#known) return;
    this.#known = summary;
    this.#listener(present);
  }

  #awaitNextEnd(): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    const ends = presentIn(this.#session, now).map((one) => one.expiresAt);
    if (ends.length === 0) return;
    this.#timer = setTimeout(() => this.#look(), Math.min(...ends) - now + 1);
  }
}

/** What there is to tell: a sign of life is nothing new. */
const summaryOf = (present: readonly PresenceValue[]): string =>
  JSON.stringify(present.map(({ expiresAt: _, ...value }) => value));
