import { nanoid } from 'nanoid';
import { appendOnce, createStream } from '../../log/index.js';
import { DurableChatError } from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';

interface Waiting {
  readonly text: string;
  readonly resolve: (offset: string | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What this instance itself writes into a chat's log, beside its runs: each
 * record once, in order, one append at a time. What comes while one is under
 * way goes with the next.
 */
export class SessionWriter {
  readonly #context: ChatContext;
  readonly #chatId: string;
  #waiting: Waiting[] = [];
  #isWriting = false;
  /** Of this writer alone: another one of this instance counts from 0, too. */
  readonly #id = `server-${nanoid()}`;
  #epoch = 1;
  #seq = 0;

  constructor(context: ChatContext, chatId: string) {
    this.#context = context;
    this.#chatId = chatId;
  }

  /**
   * Resolves when the records are in the log, which gets all or none of them:
   * to the offset after them, where the streams server has told it.
   *
   * @throws DurableChatError `store-unavailable`: they may be there, or not
   */
  append(records: readonly object[]): Promise<string | undefined> {
    const text = records.map((record) => JSON.stringify(record)).join(',');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject });
      if (!this.#isWriting) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const taken = this.#waiting;
      this.#waiting = [];
      const body = `[${taken.map(({ text }) => text).join(',')}]`;
      try {
        const offset = await this.#append(body);
        for (const { resolve } of taken) resolve(offset);
      } catch (error) {
        // Whether it took effect is not known: what follows is another's.
        this.#renew();
        for (const { reject } of taken) reject(error);
      }
    }
    this.#isWriting = false;
  }

  async #append(body: string): Promise<string | undefined> {
    const { requestRetry: retry } = this.#context;
    const target = this.#context.logOf(this.#chatId);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const producer = {
        id: this.#id,
        epoch: this.#epoch,
        seq: this.#seq,
      };
      const outcome = await appendOnce(target, { producer, body, retry });
      if (outcome.kind === 'accepted' || outcome.kind === 'duplicate') {
        this.#seq += 1;
        return outcome.kind === 'accepted' ? outcome.offset : undefined;
      }
      if (outcome.kind === 'closed') break;
      this.#renew();
      if (outcome.kind !== 'missing') continue;
      const created = await createStream(target, { body, retry });
      if (created.kind === 'created') return created.offset;
    }
    throw new DurableChatError(
      'store-unavailable',
      `The log of chat "${this.#chatId}" does not take new records.`,
    );
  }

  /** Another log, or one that does not know what was written before. */
  #renew(): void {
    this.#epoch += 1;
    this.#seq = 0;
  }
}

const MAX_TRIES = 4;
