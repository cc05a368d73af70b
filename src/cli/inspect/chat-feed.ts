import type {
  ConnectionEvent,
  Moment,
  RecordRow,
  RecordsEvent,
  RunInfo,
} from '../../inspector/index.js';
import { followLog, logTarget, type LogBatch } from '../../log/index.js';
import { LOG_START, type FoldMessage } from '../../protocol/index.js';
import { ChatView } from '../chat-view.js';
import { counted } from '../counted.js';
import { failureOf } from '../failure.js';
import { offsetOfItem, withoutOffset } from '../offset-of-item.js';
import { RETRY, type StreamsLocation } from '../streams-location.js';
import { recordRow, type LogItem } from './record-row.js';
import { runInfo } from './run-info.js';
import { SteeredLine } from './steered-line.js';

/** How many messages a moment tells, the newest ones. */
const MESSAGES = 30;

export interface FeedListener {
  records(event: RecordsEvent): void;
  connection(event: ConnectionEvent): void;
}

/**
 * A chat as one page follows it: over a connection of its own, by the reader
 * that apps use, with all records that came.
 */
export class ChatFeed {
  readonly line = new SteeredLine();
  readonly #items: LogItem[] = [];
  readonly #view = new ChatView();
  readonly #toldRuns = new Map<string, string>();
  readonly #closed = new AbortController();
  #listener: FeedListener | undefined;
  #offset = LOG_START;
  #connection = this.#event('opening', 'Connecting.');

  constructor(streams: StreamsLocation, chatId: string) {
    const { url, headers } = streams;
    const location = { url, headers, fetch: this.line.fetch };
    void this.#follow(location, chatId);
  }

  /** How many records came so far. */
  get length(): number {
    return this.#items.length;
  }

  /** Tells everything after a record, and then what comes. One listener at a time. */
  tell(listener: FeedListener, after: number): void {
    this.#listener = listener;
    this.#toldRuns.clear();
    listener.records({
      rows: this.#rowsAfter(after),
      runs: this.#changedRuns(),
    });
    listener.connection(this.#connection);
  }

  /** The chat as it stood after so many records. */
  async at(number: number, fold: FoldMessage): Promise<Moment> {
    const view = number >= this.length ? this.#view : this.#viewAt(number);
    const ids = view.messageIds();
    const earlier = Math.max(0, ids.length - MESSAGES);
    const shown = await view.messages(fold, ids.slice(earlier));
    const messages = shown.map(({ message, actorId }) => ({
      message,
      actorId,
      isWritten: view.state.writers.get(message.id)?.status === 'active',
    }));
    return { number, earlier, messages };
  }

  close(): void {
    this.#closed.abort();
    this.#listener = undefined;
  }

  #viewAt(number: number): ChatView {
    const view = new ChatView();
    for (const { item } of this.#items.slice(0, number)) view.take(item);
    return view;
  }

  async #follow(streams: StreamsLocation, chatId: string): Promise<void> {
    try {
      const batches = followLog(logTarget(streams, chatId), {
        offset: this.#offset,
        signal: this.#closed.signal,
        retry: { ...RETRY, giveUpAfterMs: Infinity },
        onReconnect: ({ failures }) => this.#lost(failures),
      });
      for await (const batch of batches) this.#take(batch);
      this.#tellConnection('ended', 'The log has ended.');
    } catch (error) {
      this.#tellConnection('ended', failureOf(error).message);
    }
  }

  #take(batch: LogBatch): void {
    const before = this.length;
    for (const item of batch.items) {
      const offset = offsetOfItem(item, batch);
      this.#items.push({ item: withoutOffset(item), offset });
      this.#view.take(item);
    }
    this.#offset = batch.offset;
    const { kind } = this.#connection;
    if (kind === 'opening') this.#tellConnection('opened', 'Connected.');
    if (kind === 'lost') {
      this.#tellConnection('resumed', resumedText(batch.items.length));
    }
    if (batch.items.length === 0) return;
    const event = { rows: this.#rowsAfter(before), runs: this.#changedRuns() };
    this.#listener?.records(event);
  }

  #lost(failures: number): void {
    const times = failures > 1 ? ` Try ${failures}.` : '';
    this.#tellConnection('lost', `Connection lost.${times}`);
  }

  #tellConnection(kind: ConnectionEvent['kind'], text: string): void {
    this.#connection = this.#event(kind, text);
    this.#listener?.connection(this.#connection);
  }

  #event(kind: ConnectionEvent['kind'], text: string): ConnectionEvent {
    const at = Date.now();
    return { kind, at, number: this.length, offset: this.#offset, text };
  }

  #rowsAfter(count: number): RecordRow[] {
    return this.#items
      .slice(count)
      .map((item, index) => recordRow(item, count + index + 1));
  }

  #changedRuns(): RunInfo[] {
    const changed: RunInfo[] = [];
    for (const run of this.#view.state.runs.values()) {
      const info = runInfo(run);
      const text = JSON.stringify(info);
      if (this.#toldRuns.get(info.id) === text) continue;
      this.#toldRuns.set(info.id, text);
      changed.push(info);
    }
    return changed;
  }
}

const resumedText = (count: number): string =>
  count === 0
    ? 'Resumed: nothing was missed.'
    : `Resumed: ${counted(count, 'record')} at once, none twice.`;
