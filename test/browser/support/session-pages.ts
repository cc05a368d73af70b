import { startStreams } from 'ai-durable-transport/testing';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { vi } from 'vitest';
import type { DurableSession } from '../../../src/session/index.js';
import { startChatApp } from '../../support/chat-app.js';
import { serve } from '../../support/serve.js';
import { authorizeByHeader, echo } from '../../support/session-app.js';

declare global {
  interface Window {
    session: DurableSession;
  }
}

/** What a page of an app does: it follows the chat that its address names. */
const PAGE = `
import { DurableSession } from 'ai-durable-transport/session';
const { chat, as } = Object.fromEntries(new URLSearchParams(location.search));
const headers = { 'x-actor': as };
window.session = new DurableSession({ chatId: chat, headers, name: as });
window.session.subscribe(() => {});
`;

const PATIENCE = { timeout: 20_000, interval: 20 };
const WORD_MS = 20;

/** Pages with a session, one server, and how many connections that has. */
export interface SessionPages extends AsyncDisposable {
  readonly url: string;
  /** Requests that follow a session and are open, by who asks. */
  readonly open: ReadonlyMap<string, Request>;
  /** How many there ever were. */
  readonly asked: () => number;
}

export async function startSessionPages(): Promise<SessionPages> {
  const streams = await startStreams();
  const app = await startChatApp({
    streams,
    authorize: authorizeByHeader,
    agents: { echo: echo('echo', WORD_MS) },
  });
  const script = await bundle();
  // They are kept, for else their signals may be collected before they tell.
  const open = new Map<string, Request>();
  let asked = 0;
  const site = await serve(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/page.js') return file(script, 'text/javascript');
    if (!pathname.startsWith('/api/')) {
      return file(
        '<script type="module" src="/page.js"></script>',
        'text/html',
      );
    }
    if (pathname.endsWith('/session')) {
      asked += 1;
      const id = `${request.headers.get('x-actor')} ${asked}`;
      open.set(id, request);
      request.signal.addEventListener('abort', () => open.delete(id));
    }
    return app.chat.handle(request);
  });
  return {
    url: site.url,
    open,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      await site.close();
      await app.close();
      await streams.stop();
    },
  };
}

/** A tab of a browser, with the session of a chat in it. */
export class SessionPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(
    context: BrowserContext,
    chat: string,
    as = 'ann',
  ): Promise<SessionPage> {
    const page = await context.newPage();
    await page.goto(`/?${new URLSearchParams({ chat, as })}`);
    const tab = new SessionPage(page);
    await vi.waitUntil(async () => {
      const { connection, actorId } = await tab.now();
      return connection === 'connected' && actorId === as;
    }, PATIENCE);
    return tab;
  }

  /** What the session shows. */
  now() {
    return this.page.evaluate(() => {
      const snapshot = window.session.getSnapshot();
      const { messages, status, connection, actorId, presence } = snapshot;
      const texts = messages.map(({ parts }) =>
        parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      );
      const online = presence.filter((one) => one.status === 'online').length;
      return { texts, status, connection, actorId, online };
    });
  }

  async say(text: string): Promise<void> {
    await this.page.evaluate(
      (said) => window.session.send({ text: said }),
      text,
    );
  }

  /** Resolves when the answer has come so far. */
  async hears(word: string): Promise<void> {
    await vi.waitUntil(
      async () => (await this.now()).texts[1]?.includes(word) === true,
      PATIENCE,
    );
  }

  async rests(): Promise<void> {
    await vi.waitUntil(async () => {
      const { texts, status } = await this.now();
      return texts.length === 2 && status === 'ready';
    }, PATIENCE);
  }

  /** What the browser says to a tab that it puts to sleep, or wakes. */
  async tell(event: 'freeze' | 'resume'): Promise<void> {
    await this.page.evaluate(
      (name) => document.dispatchEvent(new Event(name)),
      event,
    );
  }
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: process.cwd() },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

const file = (text: string, type: string): Response =>
  new Response(text, { headers: { 'content-type': type } });
