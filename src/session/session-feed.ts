import {
  isPassing,
  Reconnector,
  type ReconnectPolicy,
} from '../client/index.js';
import {
  createEventDecoder,
  DurableChatError,
  errorOfResponse,
  type ServerSentEvent,
} from '../protocol/index.js';
import type { StartShare } from './load-tabs.js';
import type { TabShare } from './tab-share.js';

export interface SessionFeedOptions {
  readonly policy: ReconnectPolicy;
  /** What other tabs share the connection by, if there can be any. */
  readonly loadTabs: () => Promise<StartShare | undefined>;
  /** Who is asking, as the server said. */
  readonly actorId: () => string | undefined;
  /**
   * Makes a request; `after`: the offset that is had; `isPresent`: the device
   * is there as long as it lasts.
   */
  readonly open: (
    after: string | undefined,
    signal: AbortSignal,
    isPresent: boolean,
  ) => Promise<Response>;
  /** A request is about to be made. */
  readonly onOpening: () => void;
  /** Records that come after those before; first those that stand for all. */
  readonly onRecords: (batch: RecordBatch) => void;
  /** All that came in one go was told. */
  readonly onPause: () => void;
  readonly onState: ReconnectorReport;
  /** The end: the server refuses, or the chat was deleted. */
  readonly onEnd: (error: DurableChatError) => void;
}

type ReconnectorReport = ConstructorParameters<typeof Reconnector>[0]['report'];

export interface RecordBatch {
  readonly items: readonly unknown[];
  /** Of a snapshot: who is asking. */
  readonly snapshotFor?: string | undefined;
  /** How far the server's clock is ahead, in milliseconds. */
  readonly clockLeadMs: number;
}

/** The records of a session, each once, over as many connections as it takes. */
export class SessionFeed {
  readonly #options: SessionFeedOptions;
  readonly #reconnector: Reconnector;
  #share: TabShare | undefined;
  #offset: string | undefined;
  #hasProgressed = false;
  #clockLeadMs = 0;

  /** `offset`: what the session has already. */
  constructor(options: SessionFeedOptions, offset?: string) {
    this.#options = options;
    this.#offset = offset;
    this.#reconnector = new Reconnector({
      policy: options.policy,
      connect: (signal) => this.#connect(signal),
      hasProgressed: () => this.#hasProgressed,
      report: options.onState,
      // A session is tried for as long as somebody looks at it.
      giveUp: () => undefined,
    });
    this.#reconnector.start();
  }

  /** Up to where the session is known. */
  get offset(): string | undefined {
    return this.#offset;
  }

  close(): void {
    this.#reconnector.close();
    this.#share?.close();
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { loadTabs, actorId } = this.#options;
    const startShare = await loadTabs();
    if (signal.aborted) return;
    this.#share ??= startShare?.({
      where: () => ({ actorId: actorId(), offset: this.#offset }),
      onEvents: (events) => this.#onEvents(events, false),
    });
    const readOwn = (own: AbortSignal, isPresent: boolean): Promise<void> =>
      this.#readOwn(own, isPresent);
    await (this.#share?.run(signal, readOwn) ?? readOwn(signal, true));
  }

  async #readOwn(signal: AbortSignal, isPresent: boolean): Promise<void> {
    const { open, onOpening } = this.#options;
    this.#hasProgressed = false;
    onOpening();
    try {
      const response = await open(this.#offset, signal, isPresent);
      if (signal.aborted) return;
      if (!response.ok) return await this.#refused(response);
      if (response.body === null) return;
      this.#clockLeadMs = clockLeadMs(response);
      // Where nothing is lacking, nothing comes for now.
      this.#share?.onPiece(this.#offset, []);
      const events: ServerSentEvent[] = [];
      const decode = createEventDecoder((event) => void events.push(event));
      await this.#reconnector.read(response.body, signal, (bytes) => {
        decode(bytes);
        this.#onEvents(events.splice(0), true);
      });
    } catch {
      // No connection, or one that broke off: the next one goes on from there.
    }
  }

  /** `isOwn`: of the own connection, not as another tab read it. */
  #onEvents(events: readonly ServerSentEvent[], isOwn: boolean): void {
    const before = this.#offset;
    for (const event of events) this.#onEvent(event);
    this.#options.onPause();
    const isAnew = events.some(({ event }) => event === 'snapshot');
    if (isOwn) this.#share?.onPiece(isAnew ? undefined : before, events);
    else this.#reconnector.heard();
    if (!events.some(({ event }) => event === 'end')) return;
    this.#end(new DurableChatError('log-lost', 'The chat was deleted.'));
  }

  #onEvent({ event, data, id }: ServerSentEvent): void {
    const batch = batchOf(event, data);
    if (batch === undefined) return;
    this.#hasProgressed = true;
    const clock = { clockLeadMs: this.#clockLeadMs };
    this.#options.onRecords({ ...batch, ...clock });
    this.#offset = id ?? this.#offset;
  }

  /** What a server or a proxy may mend by itself is a drop. */
  async #refused(response: Response): Promise<void> {
    const error = await errorOfResponse(response);
    if (error.code === 'invalid-cursor' && this.#offset !== undefined) {
      this.#offset = undefined;
    } else if (!isPassing(error, true)) this.#end(error);
  }

  #end(error: DurableChatError): void {
    this.close();
    this.#options.onEnd(error);
  }
}

/** Of an event that later versions may bring: `undefined`. */
function batchOf(
  event: string | undefined,
  data: string,
): Omit<RecordBatch, 'clockLeadMs'> | undefined {
  if (event !== 'snapshot' && event !== 'records') return undefined;
  const json: unknown = JSON.parse(data);
  if (Array.isArray(json)) return { items: json };
  if (typeof json !== 'object' || json === null) return undefined;
  const { records, actorId } = { records: [], actorId: '', ...json };
  return { items: [...records], snapshotFor: String(actorId) };
}

/** By the second, where a page may see it: pages of other origins may not. */
function clockLeadMs({ headers }: Response): number {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? 0 : date - Date.now();
}
