import type { Browser } from 'playwright-core';
import { Device } from './device.js';
import type { Play } from './play.js';

/** What chats say that nothing happens to. Each is played once. */
export class Undisturbed {
  readonly #browser: Browser;
  readonly #origin: string;
  readonly #said = new Map<Play, Promise<readonly string[]>>();

  constructor(browser: Browser, origin: string) {
    this.#browser = browser;
    this.#origin = origin;
  }

  /** The text of all messages at the end. Begins at once, for later. */
  said(play: Play): Promise<readonly string[]> {
    const known = this.#said.get(play);
    if (known !== undefined) return known;
    const said = this.#perform(play);
    // Whoever awaits it is told.
    said.catch(() => undefined);
    this.#said.set(play, said);
    return said;
  }

  async #perform(play: Play): Promise<readonly string[]> {
    const device = await Device.start(this.#browser, this.#origin);
    try {
      const tab = await device.openTab();
      await play(tab);
      return await tab.said();
    } finally {
      await device.close();
    }
  }
}
