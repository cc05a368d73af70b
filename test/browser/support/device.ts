import type { Browser, BrowserContext, Page } from 'playwright-core';
import { gate } from '../../support/gate.js';
import { ChatTab, RESUME } from './chat-tab.js';
import { RoomTab } from './room-tab.js';

/** One browser on one machine: its tabs share a storage, other devices' do not. */
export class Device {
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext) {
    this.#context = context;
  }

  /** `origin`: where it reaches the server, directly or through a proxy. */
  static async start(browser: Browser, origin: string): Promise<Device> {
    return new Device(await browser.newContext({ baseURL: origin }));
  }

  get pages(): readonly Page[] {
    return this.#context.pages();
  }

  /** A tab with the chat of this path, by default with a new one. */
  async openTab(path = '/'): Promise<ChatTab> {
    return ChatTab.of(await this.#context.newPage(), path);
  }

  /** A tab with a shared room, which this user enters. */
  async enterRoom(name: string, path = '/'): Promise<RoomTab> {
    return RoomTab.enter(await this.#context.newPage(), name, path);
  }

  /** Keeps what its pages ask on loading from the server, until it is let go. */
  async holdResume(): Promise<{ asked: Promise<void>; release: () => void }> {
    const asked = gate();
    const held = gate();
    await this.#context.route(RESUME, async (route) => {
      asked.open();
      await held.opened;
      await route.continue();
    });
    return { asked: asked.opened, release: held.open };
  }

  /** For new connections only: those that stand are not cut. */
  async setOffline(isOffline: boolean): Promise<void> {
    await this.#context.setOffline(isOffline);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
