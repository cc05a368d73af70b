import type { Locator, Page } from 'playwright-core';

/** A message as a tab shows it: whose it is, and its words. */
export interface ShownMessage {
  readonly author: string;
  readonly words: string;
}

/** A tab with a shared room, as its user sees and handles it. */
export class RoomTab {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Comes in under a name; without a path into a new room. */
  static async enter(page: Page, name: string, path: string): Promise<RoomTab> {
    const tab = new RoomTab(page);
    await page.goto(path);
    await tab.one('name').fill(name);
    await tab.one('enter').click();
    await tab.isConnection('connected');
    return tab;
  }

  /** Leads others to the same room. */
  get path(): string {
    return new URL(this.page.url()).pathname;
  }

  one(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  async say(text: string): Promise<void> {
    await this.one('composer').fill(text);
    await this.one('send').click();
  }

  /** Resolves when this author is seen to have said it. */
  async hears(author: string, passage: string | RegExp): Promise<void> {
    await this.page
      .locator(`[data-testid=chat-message][data-author="${author}"]`, {
        hasText: passage,
      })
      .waitFor();
  }

  /** The messages that are being written at this moment. */
  get live(): Locator {
    return this.page.locator('[data-testid=chat-message][data-live=true]');
  }

  /** Resolves when nothing is under way, as this tab knows. */
  async isQuiet(): Promise<void> {
    await this.page
      .locator('[data-testid=room][data-status=ready]')
      .waitFor({ timeout: 45_000 });
  }

  async isConnection(state: string): Promise<void> {
    await this.page
      .locator(`[data-testid=connection][data-state=${state}]`)
      .waitFor();
  }

  /** A user as the panel tells of them. */
  person(name: string, status: 'online' | 'away' | 'offline'): Locator {
    return this.page.locator(
      `[data-testid=person][data-name="${name}"][data-status=${status}]`,
    );
  }

  /** An entry in the log of what happened. */
  activity(text: string): Locator {
    return this.one('activity').getByText(text, { exact: true });
  }

  async toolStates(): Promise<(string | null)[]> {
    const tools = await this.one('tool').all();
    return Promise.all(tools.map((tool) => tool.getAttribute('data-state')));
  }

  /** Everything that was said, in order. */
  async said(): Promise<readonly ShownMessage[]> {
    const messages = await this.one('chat-message').all();
    return Promise.all(
      messages.map(async (message) => ({
        author: (await message.getAttribute('data-author')) ?? '',
        words: await message.getByTestId('words').innerText(),
      })),
    );
  }
}
