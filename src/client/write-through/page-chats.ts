import type { ChatLog, RetryPolicy } from '../../log/index.js';

/** Where a page writes its chats itself: `new DurableTransport({ source, stream })`. */
export interface PageStreamOptions {
  /** The durable stream of a chat, its own for each chat. */
  readonly url: (chatId: string) => string;
  /** Sent with every request; a function is asked each time. */
  readonly headers?:
    | HeadersInit
    | (() => HeadersInit | Promise<HeadersInit>)
    | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const FLUSH_INTERVAL_MS = 40;

/** The chats' logs as a page reaches them: without a history beside them. */
export function pageChats({ url, headers, fetch }: PageStreamOptions): ChatLog {
  return {
    now: Date.now,
    requestRetry: retryFor(5_000),
    runRetry: retryFor(30_000),
    flushIntervalMs: FLUSH_INTERVAL_MS,
    logOf: (chatId) => ({ url: url(chatId), headers, fetch }),
    historyOf: () => undefined,
    // Counted in the chat's state; a page has nobody to tell.
    reportDamage: () => undefined,
  };
}

function retryFor(giveUpAfterMs: number): RetryPolicy {
  return { initialDelayMs: 100, maxDelayMs: 5_000, giveUpAfterMs };
}
