import type { Locator, Page } from 'playwright-core';

/** What the chat says that it is at. */
export type TabStatus = 'ready' | 'submitted' | 'streaming' | 'error';

/** The address that a page asks on loading for an answer to go on with. */
export const RESUME = /\/stream(?:\?|$)/;

/** A tab with a chat, as its user sees and handles it. */
export class ChatTab {
  readonly page: Page;
  /** Each status that was shown since {@link forget}, over all reloads. */
  readonly #statuses: TabStatus[] = [];
  #posts = 0;

  private constructor(page: Page) {
    this.page = page;
    page.on('request', (request) => {
      if (request.method() === 'POST') this.#posts += 1;
    });
  }

  static async of(page: Page, path: string): Promise<ChatTab> {
    const tab = new ChatTab(page);
    await page.exposeFunction('noteStatus', (status: TabStatus) => {
      tab.#statuses.push(status);
    });
    await page.addInitScript(watchStatus);
    await page.goto(path);
    return tab;
  }

  /** Leads to the same chat from any device. */
  get path(): string {
    return new URL(this.page.url()).pathname;
  }

  get statuses(): readonly TabStatus[] {
    return this.#statuses;
  }

  /** How often it asked the model for anything, over all reloads. */
  get posts(): number {
    return this.#posts;
  }

  forget(): void {
    this.#statuses.length = 0;
  }

  one(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  async ask(text: string): Promise<void> {
    await this.one('composer').fill(text);
    await this.one('send').click();
  }

  /** Resolves when the chat shows this passage. */
  async shows(passage: string): Promise<void> {
    await this.page
      .locator('[data-role=assistant]', { hasText: passage })
      .waitFor();
  }

  async is(status: TabStatus): Promise<void> {
    await this.page
      .locator(`[data-testid=chat][data-status=${status}]`)
      .waitFor();
  }

  /** What the connection pill says, once it is that. */
  async isConnection(state: string): Promise<void> {
    await this.page
      .locator(`[data-testid=connection][data-state=${state}]`)
      .waitFor();
  }

  /** Resolves when the answer is over that ends in this passage. */
  async finishes(passage: string): Promise<void> {
    await this.shows(passage);
    await this.is('ready');
  }

  /** Anew, until the page has learnt that nothing runs in its chat. */
  async reloadIdle(): Promise<void> {
    this.#statuses.length = 0;
    const nothing = this.page.waitForResponse(
      (response) => RESUME.test(response.url()) && response.status() === 204,
    );
    await this.page.reload();
    await nothing;
  }

  /** Into the background, for so long that the browser stops its work. */
  async leave(): Promise<void> {
    await this.page.evaluate(showAs, 'hidden' as const);
    await this.#setLifecycle('frozen');
  }

  async comeBack(): Promise<void> {
    await this.#setLifecycle('active');
    await this.page.evaluate(showAs, 'visible' as const);
  }

  async #setLifecycle(state: 'frozen' | 'active'): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('Page.setWebLifecycleState', { state });
    await session.detach();
  }

  async toolStates(): Promise<(string | null)[]> {
    const tools = await this.one('tool').all();
    return Promise.all(tools.map((tool) => tool.getAttribute('data-state')));
  }

  /** The text of every message, with its reasoning and tools. */
  said(): Promise<string[]> {
    return this.one('chat-message').allTextContents();
  }
}

/** Runs in the page, before anything else. */
function watchStatus(): void {
  // CAST: put there by `exposeFunction`.
  const { noteStatus } = globalThis as unknown as {
    noteStatus: (status: string) => void;
  };
  let shown: string | undefined;
  const look = (): void => {
    const chat = document.querySelector<HTMLElement>('[data-testid=chat]');
    const status = chat?.dataset['status'];
    if (status === undefined || status === shown) return;
    shown = status;
    noteStatus(status);
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ['data-status'],
  });
}

/** Runs in the page: headless tabs are never hidden by themselves. */
function showAs(visibilityState: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', {
    configurable: true,
    value: visibilityState,
  });
  document.dispatchEvent(new Event('visibilitychange'));
}
