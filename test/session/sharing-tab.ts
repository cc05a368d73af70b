import { reconnectPolicy } from '../../src/client/index.js';
import type { DurableChatError } from '../../src/protocol/index.js';
import { SessionFeed } from '../../src/session/session-feed.js';
import { TabShare } from '../../src/session/tab-share.js';
import type { FakeBrowser, FakeTab } from './fake-browser.js';
import type { FakeSessionServer } from './fake-session-server.js';

export interface SharingTabOptions {
  readonly browser: FakeBrowser;
  readonly server: FakeSessionServer;
  readonly actorId?: string;
  readonly instance?: 0 | 1;
  readonly latencyMs?: number;
}

/** A tab that follows the session, and keeps what it was told. */
export class SharingTab {
  readonly actorId: string;
  readonly tab: FakeTab;
  /** The records that it has, those of the last snapshot first. */
  records: unknown[] = [];
  /** What was told to it out of turn. */
  readonly damage: unknown[] = [];
  /** How its connection was, one after the other. */
  readonly states: string[] = [];
  readonly errors: DurableChatError[] = [];
  /** Whether it says itself that it is here. */
  isKept = false;
  /** How often it did so. */
  keeps = 0;
  readonly #feed: SessionFeed;
  #knownAs: string | undefined;

  constructor({
    browser,
    server,
    actorId = 'ann',
    instance = 0,
    latencyMs = 0,
  }: SharingTabOptions) {
    this.actorId = actorId;
    this.tab = browser.openTab();
    const asker = { tab: this.tab, actorId, instance, latencyMs };
    this.#feed = new SessionFeed({
      policy: reconnectPolicy({ giveUpAfterMs: Infinity }),
      loadTabs: async () => (host) =>
        new TabShare({ ...host, group: this.tab.group, presence: this }),
      actorId: () => this.#knownAs,
      open: server.opener(asker),
      onOpening: () => undefined,
      onPause: () => undefined,
      onState: ({ name }) => void this.states.push(name),
      onEnd: (error) => void this.errors.push(error),
      onRecords: ({ items, snapshotFor }) => {
        if (snapshotFor !== undefined) {
          this.#knownAs = snapshotFor;
          this.records = [...items];
          return;
        }
        for (const item of items) {
          if (item !== this.records.length) this.damage.push(item);
          this.records.push(item);
        }
      },
    });
  }

  get isGone(): boolean {
    return this.tab.isGone;
  }

  keep(isPresent: boolean): void {
    this.isKept = !isPresent;
    if (this.isKept) this.keeps += 1;
  }

  leave(): void {
    this.isKept = false;
  }

  /** Nobody in it looks at the session any more. */
  stop(): void {
    this.#feed.close();
  }

  /** Somebody closes it. */
  close(): void {
    this.tab.effect(() => this.#feed.close());
    this.tab.task(() => this.tab.kill());
  }

  /** Its process dies; what is left of it here does nothing any more. */
  kill(): void {
    this.tab.kill();
    this.#feed.close();
  }
}
