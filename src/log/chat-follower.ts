import {
  activeRuns,
  applyLogRecord,
  deadline,
  DurableChatError,
  emptyChatState,
  type ChatState,
} from '../protocol/index.js';
import { Changes } from './changes.js';
import type { ChatLog } from './chat-log.js';
import { createStream } from './create-stream.js';
import { followLog } from './follow-log.js';
import { forgetLostLog } from './forget-lost-log.js';
import { headStream } from './head-stream.js';
import {
  loadChatState,
  recordReader,
  type ReadRecord,
} from './load-chat-state.js';
import { loadInOrder, type OrderedChat } from './load-in-order.js';
import { SharedLook } from './shared-look.js';
import { LONGEST_TIMER_MS } from './sleep.js';

export interface ChatFollowerOptions {
  readonly chatId: string;
  /** Ends the runs whose writers died: their time is over. */
  readonly sealDead: () => Promise<unknown>;
  /**
   * Told of all records that were read, in their order, before `state` and who
   * waits for it are: first of those that were there (`loadInOrder`), then of
   * each batch. With it, a log that is not there yet is created.
   */
  readonly onRecords?:
    | ((records: readonly ReadRecord[], offset: string) => void)
    | undefined;
}

/**
 * One upstream reader of a chat's log, for all of this instance's readers of
 * the chat. It also notices a writer that died, and seals its run.
 */
export class ChatFollower {
  readonly #chats: ChatLog;
  readonly #chatId: string;
  readonly #options: ChatFollowerOptions;
  readonly #abort = new AbortController();
  #state: ChatState = emptyChatState();
  readonly #changes = new Changes();
  #failure: { readonly error: unknown } | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  /** From when on the log is read without a break; `undefined` during one. */
  #since: number | undefined;
  /** For all readers that come at once, as they do when a server is back. */
  readonly #end = new SharedLook(() =>
    headStream(this.#chats.logOf(this.#chatId), {
      retry: this.#chats.requestRetry,
    }),
  );
  /** Settles when the chat has been read up to its end. */
  readonly ready: Promise<void>;

  constructor(chats: ChatLog, options: ChatFollowerOptions) {
    this.#chats = chats;
    this.#chatId = options.chatId;
    this.#options = options;
    this.ready = this.#load();
    this.ready.catch(() => undefined);
  }

  get state(): ChatState {
    return this.#state;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** The history was completed from here, up to an offset of the log. */
  noteHistory(checkpoint: string): void {
    this.#state.checkpoint = checkpoint;
  }

  /** Waits until `state` holds what was in the log when this was called. */
  async catchUp(): Promise<void> {
    await this.ready;
    const { exists, offset } = await this.#end.look();
    // Offsets sort as text (Durable Streams protocol, "Offsets").
    while (exists && this.#state.offset < offset) await this.nextChange();
  }

  /** Resolves at the next change of `state`; rejects when no more can come. */
  async nextChange(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#abort.signal.throwIfAborted();
    await this.#changes.next();
  }

  /** Ends it because the log was deleted, for who has done so. */
  lose(): void {
    this.#fail(logLost(this.#options.chatId));
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#watchdog);
    this.#changes.tell();
  }

  async #load(): Promise<void> {
    const { onRecords } = this.#options;
    if (onRecords === undefined) {
      this.#state = (await loadChatState(this.#chats, this.#chatId)).state;
    } else {
      const { state, records } = await this.#loadSession();
      this.#state = state;
      if (!this.#abort.signal.aborted) onRecords(records, state.offset);
    }
    if (this.#abort.signal.aborted) return;
    this.#since = this.#chats.now();
    this.#watch();
    void this.#follow();
  }

  async #loadSession(): Promise<OrderedChat> {
    const [chats, chatId] = [this.#chats, this.#chatId];
    const known = await loadInOrder(chats, chatId);
    if (known.exists) return known;
    const retry = chats.requestRetry;
    await forgetLostLog(chats, chatId, { known, retry });
    const created = await createStream(chats.logOf(chatId), { retry });
    const isNew = created.kind === 'created' && known.records.length === 0;
    if (!isNew) return loadInOrder(chats, chatId);
    known.state.offset = created.offset;
    return known;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    try {
      await this.#readBatches(signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  async #readBatches(signal: AbortSignal): Promise<void> {
    const target = this.#chats.logOf(this.#chatId);
    const apply = recordReader(this.#chats, this.#chatId, this.#state);
    const retry = this.#chats.runRetry;
    const { offset } = this.#state;
    const onReconnect = (): void => void (this.#since = undefined);
    const options = { offset, signal, retry, onReconnect };
    for await (const batch of followLog(target, options)) {
      const read = batch.items.map((item) => apply(item, applyLogRecord));
      this.#state.offset = batch.offset;
      const records = read.filter((record) => record !== undefined);
      this.#options.onRecords?.(records, batch.offset);
      const isBack = this.#since === undefined;
      this.#since ??= this.#chats.now();
      if (isBack || batch.items.length > 0) this.#watch();
      this.#changes.tell();
    }
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.close();
  }

  /** Looks again when an active run would have to be presumed dead. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    const ends = activeRuns(this.#state).map(({ value }) =>
      deadline(value, this.#since),
    );
    if (ends.length === 0) return;
    const wait = Math.max(0, Math.min(...ends) - this.#chats.now() + 1);
    this.#watchdog = setTimeout(
      () => void this.#sealDead(),
      Math.min(wait, LONGEST_TIMER_MS),
    );
  }

  /**
   * A silent run may be one whose log was deleted: a streams server may leave
   * its readers waiting, and `followLog` would notice only by the stall.
   */
  async #isLost(): Promise<boolean> {
    const retry = this.#chats.requestRetry;
    const log = this.#chats.logOf(this.#chatId);
    return !(await headStream(log, { retry })).exists;
  }

  async #sealDead(): Promise<void> {
    const { signal } = this.#abort;
    // The store is away: once it is back, this is asked again.
    if (this.#since === undefined) return;
    await this.#options.sealDead().catch(() => undefined);
    const isLost = await this.#isLost().catch(() => false);
    if (signal.aborted) return;
    if (isLost) return this.#fail(logLost(this.#chatId));
    // Still silent, or the store was away: look again, but not in a hurry.
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#watch(), 1_000);
  }
}

function logLost(chatId: string): DurableChatError {
  const message = `The log of chat "${chatId}" was deleted while it was read.`;
  return new DurableChatError('log-lost', message);
}
