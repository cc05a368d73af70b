import type { RetryPolicy } from './retry-policy.js';
import type { StreamTarget } from './stream-target.js';

/** The logs of an app's chats, and how to deal with them. */
export interface ChatLog {
  readonly now: () => number;
  /** While somebody waits for the answer. */
  readonly requestRetry: RetryPolicy;
  /** For what a run writes. */
  readonly runRetry: RetryPolicy;
  readonly flushIntervalMs: number;
  /** The app's own types of records; those of others are skipped unread. */
  readonly appTypes?: ReadonlySet<string> | undefined;
  logOf(chatId: string): StreamTarget;
  /** `undefined` where no history is kept. */
  historyOf(chatId: string): StreamTarget | undefined;
  /** Told of a record that could not be read. */
  reportDamage(chatId: string, field: string): void;
}
