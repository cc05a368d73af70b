import { afterEach, beforeEach, vi } from 'vitest';
import { FakeBrowser } from './fake-browser.js';
import { FakeSessionServer } from './fake-session-server.js';
import { SharingTab, type SharingTabOptions } from './sharing-tab.js';

/** What a test has of its own: a browser, a server, and the time of both. */
export class SharingTabs {
  browser = new FakeBrowser();
  server = new FakeSessionServer();
  #all: SharingTab[] = [];

  begin(): void {
    vi.useFakeTimers();
    this.browser = new FakeBrowser();
    this.server = new FakeSessionServer();
    this.#all = [];
  }

  /** @throws Error where something outlives the tabs */
  async end(): Promise<void> {
    for (const tab of this.#all) tab.kill();
    await this.pass(1_000);
    const { size } = this.server.connections;
    const locks = [...this.browser.locks.values()];
    const held = locks.filter(({ holder }) => holder);
    vi.useRealTimers();
    if (size + held.length > 0) throw new Error('Something is left open.');
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** Opens a tab, and does not wait. */
  start(options: Partial<SharingTabOptions> = {}): SharingTab {
    const { browser, server } = this;
    const tab = new SharingTab({ browser, server, ...options });
    this.#all.push(tab);
    return tab;
  }

  async open(options: Partial<SharingTabOptions> = {}): Promise<SharingTab> {
    const tab = this.start(options);
    await this.pass(100);
    return tab;
  }

  async three(): Promise<[SharingTab, SharingTab, SharingTab]> {
    return [await this.open(), await this.open(), await this.open()];
  }

  /**
   * What is amiss. Each should have all records, each once and in order, from
   * one connection in all. That stands for one of them; the others say
   * themselves that they are here.
   */
  faultsOf(...sharing: readonly SharingTab[]): string[] {
    const { connections, all } = this.server;
    const open = [...connections].filter(({ isPresent }) => isPresent);
    const counted = `${connections.size} connections, ${open.length} present`;
    const faults = counted === '1 connections, 1 present' ? [] : [counted];
    for (const [index, { records, damage, isKept, tab }] of sharing.entries()) {
      if (records.join() !== all.join() || damage.length > 0) {
        faults.push(`tab ${index} has ${records.join()}`);
      }
      if (isKept === (tab === open[0]?.tab)) {
        faults.push(`tab ${index} is ${isKept ? 'twice' : 'not'} present`);
      }
    }
    return faults;
  }
}

export function useSharingTabs(): SharingTabs {
  const tabs = new SharingTabs();
  beforeEach(() => tabs.begin());
  afterEach(() => tabs.end());
  return tabs;
}
