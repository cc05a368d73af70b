import { DurableChatError } from '../protocol/index.js';
import { LOG_START } from './log-batch.js';

const SENTINELS = new Set([LOG_START, 'now']);

/**
 * Whether an answer leads back behind the place it was asked for. Offsets of a
 * stream order lexicographically (PROTOCOL.md of Durable Streams, 6).
 *
 * It happens for moments on the Node server's file store: it hands out a batch
 * that is on disk but not committed yet, and then, asked for what follows, goes
 * back to the committed end and would deliver the batch again. It happens for
 * good when the log was deleted and made anew, or restored from a backup.
 */
function leadsBack(offset: string, askedFor: string): boolean {
  return !SENTINELS.has(askedFor) && offset < askedFor;
}

/** More than any commit takes. An answer that leads back after this is true. */
const LONGEST_COMMIT_MS = 2_000;

/** Tells a log that leads back for a moment from one that does for good. */
export class LeadBackWatch {
  readonly #now: () => number;
  #since: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Throws where an answer leads back: something to try again after, or, for
   * good, `log-lost`.
   */
  check(offset: string, askedFor: string): void {
    if (!leadsBack(offset, askedFor)) {
      this.#since = undefined;
      return;
    }
    this.#since ??= this.#now();
    if (this.#now() - this.#since < LONGEST_COMMIT_MS) {
      throw new RangeError('The log leads back behind what was read of it.');
    }
    throw new DurableChatError(
      'log-lost',
      'The log ends before the place up to which it was read: it was made anew, or restored from an older copy. Load the chat from its start.',
    );
  }
}
