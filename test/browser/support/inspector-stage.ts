import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './launch-browser.js';

/** The built `inspect` in a process of its own, and what it looks at. */
export class InspectorStage implements AsyncDisposable {
  readonly streams: TestStreams;
  /** With its token. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #browser: Browser;

  private constructor(
    streams: TestStreams,
    url: string,
    { child, browser }: { child: ChildProcess; browser: Browser },
  ) {
    this.streams = streams;
    this.url = url;
    this.#child = child;
    this.#browser = browser;
  }

  /** Of a streams server that asks for a header, and lists nothing. */
  static async start(): Promise<InspectorStage> {
    const [streams, browser] = await Promise.all([
      startStreams(),
      launchBrowser(),
    ]);
    const args = [
      'dist/cli/main.js',
      'inspect',
      streams.url,
      'first',
      '--json',
    ];
    const child = spawn(process.execPath, [...args, '-H', 'x-key: secret'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout === null) throw new Error('It has no stdout.');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    // CAST: what `--json` prints.
    const { url } = JSON.parse(String(line)) as { readonly url: string };
    return new InspectorStage(streams, url, { child, browser });
  }

  /** A tab that shows a chat. */
  async open(chatId: string): Promise<Page> {
    // One for all, as a user has one: its tabs share what it connects.
    const viewport = { width: 1_440, height: 900 };
    const [known] = this.#browser.contexts();
    const context = known ?? (await this.#browser.newContext({ viewport }));
    const page = await context.newPage();
    await page.goto(`${this.url}#${new URLSearchParams({ chat: chatId })}`);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    this.#child.kill('SIGINT');
    await once(this.#child, 'exit');
    await this.streams.stop();
  }
}
