import { apiUrl } from './api.js';
import { Observable } from './observable.js';
import { NO_FILTER, recordTest, type RecordFilter } from './record-filter.js';
import type {
  ConnectionEvent,
  RecordRow,
  RecordsEvent,
  RunInfo,
} from './wire.js';

/** Connection events that are kept, the newest ones. */
const EVENTS = 50;

/** A chat as this page follows it: all its records, and those that are shown. */
export class FeedStore extends Observable {
  readonly id = crypto.randomUUID();
  readonly chatId: string;
  readonly rows: RecordRow[] = [];
  readonly typeCounts = new Map<string, number>();
  readonly #runs = new Map<string, RunInfo>();
  readonly #source: EventSource;
  events: readonly ConnectionEvent[] = [];
  filter = NO_FILTER;
  /** Those that pass the filter. */
  shown: RecordRow[] = [];
  /** Whether the inspector itself is there. */
  isServed = true;

  constructor(chatId: string) {
    super();
    this.chatId = chatId;
    const url = apiUrl('feed', { feed: this.id, chat: chatId });
    this.#source = new EventSource(url);
    this.#source.addEventListener('records', ({ data }) => {
      // CAST: our own server's event.
      this.#takeRecords(JSON.parse(String(data)) as RecordsEvent);
    });
    this.#source.addEventListener('connection', ({ data }) => {
      // CAST: our own server's event.
      this.#takeConnection(JSON.parse(String(data)) as ConnectionEvent);
    });
    this.#source.addEventListener('open', () => this.#serve(true));
    this.#source.addEventListener('error', () => this.#serve(false));
  }

  /** In the order in which they began, the newest first. */
  get runs(): readonly RunInfo[] {
    return [...this.#runs.values()].reverse();
  }

  get connection(): ConnectionEvent | undefined {
    return this.events[0];
  }

  setFilter(filter: RecordFilter): void {
    this.filter = filter;
    this.shown = this.rows.filter(recordTest(filter));
    this.changed();
  }

  close(): void {
    this.#source.close();
  }

  #takeRecords({ rows, runs }: RecordsEvent): void {
    const passes = recordTest(this.filter);
    for (const row of rows) {
      // The inspector begins anew for a page that was away for long.
      if (row.number <= this.rows.length) continue;
      this.rows.push(row);
      const count = this.typeCounts.get(row.type) ?? 0;
      this.typeCounts.set(row.type, count + 1);
      if (passes(row)) this.shown.push(row);
    }
    for (const run of runs) this.#runs.set(run.id, run);
    this.changed();
  }

  #takeConnection(event: ConnectionEvent): void {
    this.events = [event, ...this.events].slice(0, EVENTS);
    this.changed();
  }

  #serve(isServed: boolean): void {
    if (this.isServed === isServed) return;
    this.isServed = isServed;
    this.changed();
  }
}
