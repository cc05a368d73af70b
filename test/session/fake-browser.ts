import type { TabGroup } from '../../src/session/tab-group.js';

/** A message from one tab to another. */
export interface Passage {
  readonly from: FakeTab;
  readonly to: FakeTab;
  readonly data: unknown;
}

/** Whether it brings records of the session. */
export const hasRecords = ({ data }: Passage): boolean =>
  typeof data === 'object' &&
  data !== null &&
  'events' in data &&
  Array.isArray(data.events) &&
  data.events.length > 0;

type Hold = (lock: Lock | null) => unknown;

/** A request for a lock, and what becomes of it. */
interface LockRequest {
  readonly tab: FakeTab;
  readonly hold: Hold;
  readonly outcome: PromiseWithResolvers<unknown>;
}

/**
 * What the tabs of a browser have in common: channels, and locks as `Web Locks`
 * describes them. Everything comes a task later, as between processes.
 */
export class FakeBrowser {
  readonly channels = new Set<FakeChannel>();
  readonly locks = new Map<string, FakeLock>();
  /** All that was delivered. */
  readonly passed: Passage[] = [];
  /** Whether a message gets lost on its way. */
  loses: (passage: Passage) => boolean = () => false;
  /** Where locks are refused, as in a frame in a sandbox, or never answered. */
  locking: 'works' | 'is refused' | 'hangs' = 'works';

  openTab(): FakeTab {
    return new FakeTab(this);
  }

  lock(name: string): FakeLock {
    const lock = this.locks.get(name) ?? new FakeLock();
    this.locks.set(name, lock);
    return lock;
  }

  broadcast(sender: FakeChannel, data: unknown): void {
    for (const channel of this.channels) {
      if (channel === sender || channel.name !== sender.name) continue;
      const passage = { from: sender.tab, to: channel.tab, data };
      channel.tab.task(() => {
        if (!this.channels.has(channel) || this.loses(passage)) return;
        this.passed.push(passage);
        channel.onmessage?.({ data: structuredClone(data) });
      });
    }
  }
}

/** A tab that may stand still, or be gone from one moment to the next. */
export class FakeTab {
  readonly #browser: FakeBrowser;
  readonly #inbox: (() => void)[] = [];
  readonly #held: (() => void)[] = [];
  readonly #sleepers = new Set<{ rest: () => void; wake: () => void }>();
  readonly #gone: (() => void)[] = [];
  #state: 'awake' | 'frozen' | 'gone' = 'awake';

  constructor(browser: FakeBrowser) {
    this.#browser = browser;
  }

  get isGone(): boolean {
    return this.#state === 'gone';
  }

  get group(): TabGroup {
    const browser = this.#browser;
    const request = (name: string, options: LockOptions, hold: Hold) => {
      const outcome = Promise.withResolvers<unknown>();
      this.effect(() => {
        if (browser.locking === 'is refused') {
          outcome.reject(new DOMException('No locks.', 'SecurityError'));
        } else if (browser.locking === 'works') {
          browser.lock(name).ask({ tab: this, hold, outcome }, options);
        }
      });
      return outcome.promise;
    };
    return {
      name: 'chat',
      // CAST: the form with options is the only one that is used.
      locks: { request } as unknown as TabGroup['locks'],
      openChannel: (name) =>
        // CAST: what is used of a channel.
        new FakeChannel(browser, this, name) as unknown as BroadcastChannel,
      onSleep: (rest, wake) => {
        const sleeper = { rest, wake };
        this.#sleepers.add(sleeper);
        return () => this.#sleepers.delete(sleeper);
      },
    };
  }

  /** Something that comes to the tab. */
  task(run: () => void): void {
    this.#inbox.push(run);
    // One after the other, whatever becomes of timers of the same time.
    setTimeout(() => this.effect(this.#inbox.shift() ?? run));
  }

  /** Something that the tab does, as soon as it can. */
  effect(run: () => void): void {
    if (this.#state === 'awake') run();
    else if (this.#state === 'frozen') this.#held.push(run);
  }

  onGone(run: () => void): void {
    this.#gone.push(run);
  }

  /** It stands still, and nobody has told it that it would. */
  freeze(): void {
    if (this.#state === 'awake') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'awake';
    for (const run of this.#held.splice(0)) this.effect(run);
  }

  /** It is told that it may stand still, or that it goes on. */
  rest(): void {
    for (const { rest } of this.#sleepers) this.effect(rest);
  }

  wake(): void {
    for (const { wake } of this.#sleepers) this.effect(wake);
  }

  /** Its process is gone. */
  kill(): void {
    if (this.isGone) return;
    this.#state = 'gone';
    const { channels, locks } = this.#browser;
    for (const channel of channels) {
      if (channel.tab === this) channels.delete(channel);
    }
    for (const lock of locks.values()) lock.drop(this);
    for (const run of this.#gone) run();
  }
}

class FakeChannel {
  readonly tab: FakeTab;
  readonly name: string;
  onmessage: ((event: { readonly data: unknown }) => void) | undefined;
  readonly #browser: FakeBrowser;

  constructor(browser: FakeBrowser, tab: FakeTab, name: string) {
    this.#browser = browser;
    this.tab = tab;
    this.name = name;
    browser.channels.add(this);
  }

  postMessage(data: unknown): void {
    const copy: unknown = structuredClone(data);
    this.tab.effect(() => this.#browser.broadcast(this, copy));
  }

  close(): void {
    this.#browser.channels.delete(this);
  }
}

class FakeLock {
  #holder: LockRequest | undefined;
  #queue: LockRequest[] = [];

  get holder(): FakeTab | undefined {
    return this.#holder?.tab;
  }

  ask(request: LockRequest, { signal, steal, ifAvailable }: LockOptions): void {
    const { tab, hold, outcome } = request;
    const before = this.#holder;
    if (steal === true) {
      before?.tab.task(() => before.outcome.reject(aborted()));
      return this.#grant(request);
    }
    if (before === undefined) return this.#grant(request);
    if (ifAvailable === true) {
      return tab.task(() => outcome.resolve(hold(null)));
    }
    this.#queue.push(request);
    signal?.addEventListener('abort', () => {
      this.#queue = this.#queue.filter((one) => one !== request);
      outcome.reject(aborted());
    });
  }

  drop(tab: FakeTab): void {
    this.#queue = this.#queue.filter((one) => one.tab !== tab);
    if (this.#holder?.tab === tab) this.#release(this.#holder);
  }

  #grant(request: LockRequest): void {
    this.#holder = request;
    const { tab, hold, outcome } = request;
    tab.task(() => {
      const held = Promise.resolve(hold({ name: '', mode: 'exclusive' }));
      held
        .then((value) => {
          outcome.resolve(value);
          tab.effect(() => this.#release(request));
        })
        .catch(outcome.reject);
    });
  }

  #release(request: LockRequest): void {
    if (this.#holder !== request) return;
    this.#holder = undefined;
    const next = this.#queue.shift();
    if (next !== undefined) this.#grant(next);
  }
}

const aborted = (): DOMException => new DOMException('Gone.', 'AbortError');
