import type { ServerSentEvent } from '../protocol/index.js';
import type { TabGroup } from './tab-group.js';
import { TabLink } from './tab-link.js';
import { TabLock } from './tab-lock.js';
import type { TabPresence } from './tab-presence.js';
import { meaningOf, type TabWord } from './tab-word.js';

export interface TabShareOptions extends TabHost {
  readonly group: TabGroup;
  /** Says that the tab is here while its connection does not say so. */
  readonly presence: Pick<TabPresence, 'keep' | 'leave'>;
}

/** The feed of a tab. */
export interface TabHost {
  /** Who this tab is, as the server says, and up to where it has all. */
  readonly where: () => Place;
  /** The next events, as another tab read them; none: a sign of life. */
  readonly onEvents: (events: readonly ServerSentEvent[]) => void;
}

export interface Place {
  readonly actorId: string | undefined;
  readonly offset: string | undefined;
}

/** What the tabs of a group have in common. */
interface Seat {
  readonly name: string;
  readonly lock: TabLock;
  /** Where the tab that leads says as whom it reads. */
  readonly leaders: BroadcastChannel;
}

/** One own connection; resolves when it is over. */
type ReadOwn = (signal: AbortSignal, isPresent: boolean) => Promise<void>;

/** For the tab that has the lock to say so: one that stands still does not. */
const PATIENCE_MS = 2_000;

/**
 * One connection for the tabs of a browser that are one participant of one
 * session. Each asks the server for itself first: so it is sure that it may
 * read, and as whom. Then it listens to the tab that leads, and once that stands
 * where it stands itself, it lets go of its own connection. What does not follow
 * on what it has, it asks the server for again.
 */
export class TabShare {
  readonly #options: TabShareOptions;
  readonly #stopListening: () => void;
  #seat: Seat;
  #words: BroadcastChannel | undefined;
  #link: TabLink | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #sleep: PromiseWithResolvers<void> | undefined;

  constructor(options: TabShareOptions) {
    this.#options = options;
    this.#seat = this.#join([]);
    this.#stopListening = options.group.onSleep(
      () => this.#rest(),
      () => this.#wake(),
    );
  }

  /**
   * One connection: the own one, and then another's. Resolves when it is over.
   * `isPresent`: the own one stands for the device, too.
   */
  async run(signal: AbortSignal, readOwn: ReadOwn): Promise<void> {
    this.#lose();
    await this.#sleep?.promise;
    const isPresent = await this.#seat.lock.take();
    if (signal.aborted) return;
    const link = new TabLink(signal, isPresent);
    this.#link = link;
    await link.run((own) => readOwn(own, isPresent));
    if (this.#link === link) this.#lose();
  }

  /**
   * The own connection is there, or has brought something. `after`: the offset before it;
   * `undefined` where it does not follow on anything.
   */
  onPiece(after: string | undefined, events: readonly ServerSentEvent[]): void {
    const { actorId, offset } = this.#options.where();
    const link = this.#link;
    if (!link || actorId === undefined || offset === undefined) return;
    this.#options.presence.keep(link.isPresent);
    if (!link.isOpen) {
      link.isOpen = true;
      this.#listenTo(actorId);
      this.#present(actorId);
    }
    this.#say(
      after === undefined
        ? { after: offset, to: offset, events: [] }
        : { after, to: offset, events },
    );
  }

  close(): void {
    this.#stopListening();
    this.#lose();
    this.#leaveGroup();
    this.#options.presence.leave();
  }

  /** `besides`: what the group is called more, where another one has its name. */
  #join(besides: readonly string[]): Seat {
    const { locks, openChannel, name: first } = this.#options.group;
    const name = JSON.stringify([first, ...besides]);
    const leaders = openChannel(name);
    leaders.onmessage = ({ data }: MessageEvent<string | null>) =>
      this.#onLeader(data);
    const lock = new TabLock(locks, name, () => this.#link?.end());
    return { name, lock, leaders };
  }

  #leaveGroup(): void {
    this.#seat.lock.release();
    this.#seat.leaders.close();
    this.#words?.close();
    this.#words = undefined;
  }

  /** What a participant reads is said where no other one listens. */
  #listenTo(actorId: string): void {
    const name = JSON.stringify([this.#seat.name, actorId, 'words']);
    if (this.#words?.name === name) return;
    this.#words?.close();
    this.#words = this.#options.group.openChannel(name);
    this.#words.onmessage = ({ data }: MessageEvent<TabWord>) =>
      this.#onWord(data);
  }

  /** Says who leads, or asks for it. */
  #present(actorId: string): void {
    const { lock, leaders } = this.#seat;
    leaders.postMessage(lock.isHeld ? actorId : null);
    if (lock.isHeld) return;
    const patienceMs = PATIENCE_MS * (1 + Math.random());
    this.#patience = setTimeout(() => lock.steal(), patienceMs);
  }

  /** As whom the tab reads that leads; `null`: a tab asks for that. */
  #onLeader(leader: string | null): void {
    const { actorId, offset } = this.#options.where();
    const { lock, leaders } = this.#seat;
    if (!this.#link?.isOpen || actorId === undefined) return;
    if (lock.isHeld) {
      if (leader !== null || offset === undefined) return;
      leaders.postMessage(actorId);
      this.#say({ after: offset, to: offset, events: [] });
    } else if (leader !== null) {
      clearTimeout(this.#patience);
      if (leader === actorId) return;
      // Somebody else's: the tabs of this participant find another one.
      this.#leaveGroup();
      this.#seat = this.#join([actorId]);
      this.#link.end();
    }
  }

  #onWord(word: TabWord): void {
    const link = this.#link;
    const { offset } = this.#options.where();
    if (!link?.isOpen || this.#seat.lock.isHeld || offset === undefined) return;
    clearTimeout(this.#patience);
    const meaning = meaningOf(word, offset);
    const isSame = meaning === 'next' || meaning === 'here';
    if (word.isLost !== true && isSame) link.fallIn();
    if (!link.isInStep) return;
    if (word.isLost === true || meaning === 'ahead') return link.end();
    this.#options.presence.keep(false);
    try {
      this.#options.onEvents(meaning === 'next' ? word.events : []);
    } catch {
      // As a piece of the own connection that cannot be taken in.
      link.end();
    }
  }

  #say(word: TabWord): void {
    if (this.#seat.lock.isHeld) this.#words?.postMessage(word);
  }

  /** The connection is over. */
  #lose(): void {
    clearTimeout(this.#patience);
    const { offset } = this.#options.where();
    if (this.#link?.isOpen && offset !== undefined) {
      this.#say({ after: offset, to: offset, events: [], isLost: true });
    }
    this.#link = undefined;
  }

  /** The page may stand still now: who leads has to be awake. */
  #rest(): void {
    this.#sleep ??= Promise.withResolvers();
    const link = this.#link;
    this.#lose();
    this.#seat.lock.release();
    this.#options.presence.leave();
    link?.end();
  }

  #wake(): void {
    this.#sleep?.resolve();
    this.#sleep = undefined;
  }
}
